package io.segmentrelay.sandbox.dev;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** How long the first run has taken so far, as its user sees it: from the start of Maven, which started this process. */
final class SinceStart {

    private SinceStart() {}

    static String text() {
        var maven = ProcessHandle.current()
                .parent()
                .map(ProcessHandle::info)
                .filter(info -> info.command().orElse("").contains("java"))
                .flatMap(ProcessHandle.Info::startInstant);
        return maven.map(start -> text(start, "Maven"))
                .or(() -> ProcessHandle.current().info().startInstant().map(start -> text(start, "the JVM")))
                .orElse("");
    }

    private static String text(Instant start, String what) {
        var seconds = Duration.between(start, Instant.now()).toMillis() / 1000.0;
        return String.format(Locale.ROOT, ", %.1f s after %s was started", seconds, what);
    }
}
