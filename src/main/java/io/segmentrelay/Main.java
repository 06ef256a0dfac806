package io.segmentrelay;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.StartFailure;

/** Starts the relay; a start that fails ends with one line that says why, and with exit code 1. */
@QuarkusMain
public final class Main {

    private Main() {}

    /** The process's entry. */
    public static void main(String... args) {
        Quarkus.run(null, Main::exit, args);
    }

    private static void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            System.err.println(StartFailure.line(failure));
        }
        System.exit(code);
    }
}
