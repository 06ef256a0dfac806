package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The first run, as the README has it: {@code ./mvnw -Pdev}, without a terminal. */
@DisabledOnOs(OS.WINDOWS)
class DevModeIT {

    private static final Path LOG = Path.of("target", "dev-mode.log");

    private static final Pattern BROKER = Pattern.compile("Kafka broker on (localhost:\\d+)");
    private static final Pattern CONSOLE = Pattern.compile("Console on (http://localhost:\\d+/console)");
    private static final Pattern RELAY = Pattern.compile("Listening on: (http://localhost:\\d+)");

    /** Compiles, starts everything, and may have to download the plugins' own dependencies. */
    private static final Duration FIRST_RUN = Duration.ofMinutes(5);

    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void runsTheSampleOutlivesAReloadAndLeavesNothingForThePackage() throws Exception {
        // Given
        var maven = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile())
                .start();
        try (var keys = maven.outputWriter(UTF_8)) {
            awaitLog(maven, FIRST_RUN, "─── segment-ready", "\"displayName\" : \"County known\"", "more\" ]");

            assertThat(get(found(RELAY) + "/console"))
                    .as("it leads to the console")
                    .contains("segment-relay console");

            // When
            keys.append("s\n").flush();
            awaitLog(maven, SOON, "Live reload total time");
            request("After the reload");
            awaitLog(maven, SOON, "\"displayName\" : \"After the reload\"");
            awaitLog(maven, SOON, "ce_type: io.segmentrelay.segment.changed.v1", "\"revision\" : 1");
            assertThat(get(found(CONSOLE))).as("it lives on").contains("segment-relay console");
            keys.append("q\n").flush();

            // Then
            assertThat(maven.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("it stops")
                    .isTrue();
            assertThat(log())
                    .contains(
                            "create-definition done",
                            "create-segment done",
                            "publish done",
                            "fetch-members done, ready")
                    .doesNotContain("ERROR");
            assertThat(sandboxClassesIn("target/dev/classes")).isNotEmpty();
            assertThat(sandboxClassesIn("target/classes")).isEmpty();
        } finally {
            maven.descendants().forEach(ProcessHandle::destroyForcibly);
            maven.destroyForcibly();
        }
    }

    private static void awaitLog(Process maven, Duration atMost, String... texts) {
        await("see " + LOG).atMost(atMost).untilAsserted(() -> {
            assertThat(maven.isAlive()).as(DevModeIT::log).isTrue();
            assertThat(log()).contains(texts);
        });
    }

    private static void request(String displayName) {
        try (var topics = new Topics(found(BROKER), 1)) {
            topics.request(
                    displayName, "{\"displayName\":\"%s\",\"query\":\"PROFILE(contact)\"}".formatted(displayName));
            topics.flush();
        }
    }

    /** An address that is in the log. */
    private static String found(Pattern address) {
        var matcher = address.matcher(log());
        assertThat(matcher.find()).as("in the log: " + address).isTrue();
        return matcher.group(1);
    }

    private static String get(String url) throws IOException, InterruptedException {
        try (var http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                    .body()
                    .replace("<span>", "")
                    .replace("</span>", "");
        }
    }

    private static List<String> command() {
        var command = new ArrayList<>(List.of(
                "./mvnw",
                "-B",
                "-ntp",
                "-Pdev",
                "-Dquarkus.http.port=0",
                "-Dsandbox.kafka.port=0",
                "-Dsandbox.console.port=0",
                "-Ddebug=false"));
        // Where this build has its repository, if not in the usual place.
        Optional.ofNullable(System.getProperty("localRepository"))
                .ifPresent(repository -> command.add("-Dmaven.repo.local=" + repository));
        return command;
    }

    private static List<Path> sandboxClassesIn(String folder) throws IOException {
        try (var files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().contains("sandbox")).toList();
        }
    }

    private static String log() {
        try {
            return Files.readString(LOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
