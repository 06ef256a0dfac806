package io.segmentrelay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
            doWithoutUnusableTemporaryFolder();
            Quarkus.run(WarmUp.class, Main::exit, args);
        }
    }

    /** Vert.x unpacks there what HTTP serves of the package, and would end the start where it cannot. */
    private static void doWithoutUnusableTemporaryFolder() {
        var folder = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Files.delete(Files.createTempDirectory(Files.createDirectories(folder), "segment-relay"));
        } catch (IOException e) {
            System.err.println("The temporary folder " + folder
                    + " cannot be written to (set java.io.tmpdir): /schemas and /asyncapi.yaml are not served");
            System.setProperty("quarkus.vertx.caching", "false");
            System.setProperty("quarkus.vertx.classpath-resolving", "false");
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
