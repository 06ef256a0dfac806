package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.restassured.RestAssured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A relay of its own process, as {@code ./mvnw package} made it. */
final class RelayProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;

    private RelayProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts one and waits until it is ready. */
    static RelayProcess start(Map<String, String> settings, String... jvmOptions) {
        var relay = launch(settings, jvmOptions);
        relay.awaitReady();
        return relay;
    }

    /** Starts one and waits for nothing. */
    static RelayProcess launch(Map<String, String> settings, String... jvmOptions) {
        try {
            var port = freePort();
            var log = Files.createTempFile(Path.of("target"), "relay-", ".log");
            var options = jvmOptions.length == 0 ? List.of("-Xmx256m") : Arrays.asList(jvmOptions);
            var builder = new ProcessBuilder(command(options))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            var environment = new HashMap<>(settings);
            environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
            environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
            builder.environment().putAll(environment);
            return new RelayProcess(builder.start(), log, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The native executable, where that was built; else the jar, on the JVM of {@code aot.java.home} or on this one. */
    private static List<String> command(List<String> options) {
        var command = new ArrayList<String>();
        var executable = System.getProperty("relay.executable", "");
        if (!executable.isEmpty()) {
            assertThat(Path.of(executable))
                    .as("the native executable (./mvnw -Dnative package)")
                    .exists();
            command.add(executable);
            options.stream().filter(option -> option.startsWith("-Xm")).forEach(command::add);
            return command;
        }
        assertThat(JAR).as("the packaged application (./mvnw package)").exists();
        var home = System.getProperty("aot.java.home", System.getProperty("java.home"));
        command.add(Path.of(home, "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }

    long pid() {
        return process.pid();
    }

    /** Of the HTTP endpoint. */
    int port() {
        return port;
    }

    /** What it wrote. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady() {
        await("a relay that is ready, see " + log)
                .atMost(START)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    assertThat(process.isAlive()).as(this::log).isTrue();
                    assertThat(health("ready")).isEqualTo(200);
                });
    }

    /** The status of one of {@code live}, {@code ready}, {@code started}; 0 where nobody answers. */
    int health(String kind) {
        try {
            return RestAssured.given().port(port).get("/q/health/" + kind).statusCode();
        } catch (Exception e) {
            return 0;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(10));
    }

    /** SIGTERM; the time that it took to end. */
    Duration terminate() {
        return terminate(Duration.ofSeconds(20));
    }

    /** The same, where the end may take longer. */
    Duration terminate(Duration atMost) {
        var start = System.nanoTime();
        process.destroy();
        awaitExit(atMost);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Waits for the end of the process; its exit code. */
    int awaitExit(Duration atMost) {
        try {
            assertThat(process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
                    .as("the process ends within %s, see %s", atMost, log)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
