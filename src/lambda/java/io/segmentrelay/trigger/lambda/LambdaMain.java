package io.segmentrelay.trigger.lambda;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.StartFailure;

/**
 * Starts the function where it is a process of its own (the native package: {@code provided.al2023}). A start that fails is
 * reported to Lambda in one line that says why, as {@link RelayHandler} does it on Lambda's Java runtimes.
 */
@QuarkusMain
public final class LambdaMain {

    LambdaMain() {}

    /** The process's entry. */
    public static void main(String... args) {
        Quarkus.run(null, LambdaMain::exit, args);
    }

    private static void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            var line = StartFailure.line(failure);
            System.err.println(line);
            InitError.report(line);
        }
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            // The application ends with each live reload, and after a mistake: the process goes on.
            ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(code, failure);
        } else {
            System.exit(code);
        }
    }
}
