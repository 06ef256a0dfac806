package io.segmentrelay;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.CommandSettings;
import io.segmentrelay.config.StartFailure;
import io.segmentrelay.trigger.kafka.DeadLetterReplay;

/** Starts the relay, or replays dead letters; a start that fails ends with one line that says why, and with exit code 1. */
@QuarkusMain
public final class Main {

    Main() {}

    /** The process's entry. */
    public static void main(String... args) {
        if (args.length == 1 && args[0].equals(DeadLetterReplay.COMMAND)) {
            replayDeadLetters();
        } else {
            Quarkus.run(null, Main::exit, args);
        }
    }

    private static void replayDeadLetters() {
        try {
            var result = new DeadLetterReplay(CommandSettings.read()).run();
            System.out.printf("Replayed %d dead letters, skipped %d%n", result.replayed(), result.skipped());
        } catch (RuntimeException e) {
            System.err.println("Not replayed: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            System.err.println(StartFailure.line(failure));
        }
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            // The application ends with each live reload, and after a mistake: the process goes on.
            ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(code, failure);
        } else {
            System.exit(code);
        }
    }
}
