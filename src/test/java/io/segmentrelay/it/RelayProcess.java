package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import io.restassured.RestAssured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A relay of its own process, as {@code ./mvnw package} made it. */
public final class RelayProcess implements AutoCloseable {

    private static final Path PACKAGE = Path.of("target", "quarkus-app");
    private static final String JAR = "quarkus-run.jar";
    private static final Path HERE = Path.of("");
    /** A relay lives for seconds here: what would make it quicker after minutes only takes the processors from the others. */
    private static final List<String> USUAL =
            List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final Path EXECUTABLE = Path.of(System.getProperty("relay.executable", ""));

    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;

    private RelayProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Whether it is the native executable that is tested ({@code ./mvnw -Dnative verify}), not the jar. */
    public static boolean isNative() {
        return !EXECUTABLE.equals(HERE);
    }

    /** Starts one and waits until it is ready. */
    public static RelayProcess start(Map<String, String> settings, String... jvmOptions) {
        return launch(settings, jvmOptions).ready();
    }

    /** One that does not become ready is not left running. */
    private RelayProcess ready() {
        try {
            awaitReady();
            return this;
        } catch (RuntimeException | AssertionError e) {
            kill();
            throw e;
        }
    }

    /** Starts one and waits for nothing. */
    public static RelayProcess launch(Map<String, String> settings, String... jvmOptions) {
        return launch(HERE, settings, List.of(jvmOptions), List.of());
    }

    /** Starts the package that lies in this folder, with the folder as working directory, and waits until it is ready. */
    public static RelayProcess startIn(Path folder, Map<String, String> settings, List<String> jvmOptions) {
        return launchIn(folder, settings, jvmOptions).ready();
    }

    /** The same, and waits for nothing. */
    public static RelayProcess launchIn(Path folder, Map<String, String> settings, List<String> jvmOptions) {
        return launch(folder, settings, jvmOptions, List.of());
    }

    /** Runs a command of the package, such as {@code replay-dead-letters}, and waits for nothing. */
    static RelayProcess command(Map<String, String> settings, String command) {
        return launch(HERE, settings, List.of(), List.of(command));
    }

    private static RelayProcess launch(
            Path folder, Map<String, String> settings, List<String> jvmOptions, List<String> arguments) {
        try {
            var port = freePort();
            var log = Files.createTempFile(Path.of("target"), "relay-", ".log");
            var command = command(folder, jvmOptions.isEmpty() ? USUAL : jvmOptions);
            command.addAll(arguments);
            var builder = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
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
    private static List<String> command(Path folder, List<String> options) {
        var command = new ArrayList<String>();
        if (isNative()) {
            assertThat(EXECUTABLE)
                    .as("the native executable (./mvnw -Dnative package)")
                    .exists();
            command.add(EXECUTABLE.toString());
            options.stream()
                    .filter(option -> option.startsWith("-Xm") || option.startsWith("-Djava.io."))
                    .forEach(command::add);
            return command;
        }
        var jar = folder.equals(HERE) ? PACKAGE.resolve(JAR) : Path.of(JAR);
        assertThat(folder.resolve(jar))
                .as("the packaged application (./mvnw package)")
                .exists();
        var home = System.getProperty("aot.java.home", System.getProperty("java.home"));
        command.add(Path.of(home, "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    public long pid() {
        return process.pid();
    }

    /** Of the HTTP endpoint. */
    public int port() {
        return port;
    }

    /** What it wrote. */
    public String log() {
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

    /** What a path is answered with. */
    int status(String path) {
        return RestAssured.given().port(port).get(path).statusCode();
    }

    /** The status of one of {@code live}, {@code ready}, {@code started}; 0 where nobody answers. */
    public int health(String kind) {
        try {
            return RestAssured.given().port(port).get("/q/health/" + kind).statusCode();
        } catch (Exception e) {
            return 0;
        }
    }

    /** The sum of a metric over all its labels, or what it is with the given ones; 0 where there is none. */
    public double metric(String name) {
        return RestAssured.given()
                .port(port)
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /**
     * What is in use on the heap after a full collection, in bytes; nothing of a native executable, which cannot be told to
     * collect: of that one, only the limit of its heap is known to hold.
     */
    public OptionalLong heapInUse() {
        if (isNative()) {
            return OptionalLong.empty();
        }
        collect();
        return OptionalLong.of(RestAssured.given()
                .port(port)
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum());
    }

    /** The names of its threads; none of a native executable, which does not tell them. */
    List<String> threads() {
        return isNative()
                ? List.of()
                : jcmd("Thread.print")
                        .lines()
                        .filter(line -> line.startsWith("\""))
                        .toList();
    }

    private void collect() {
        jcmd("GC.run");
    }

    private String jcmd(String order) {
        try {
            var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            var said = Files.createTempFile(Path.of("target"), "jcmd-", ".log");
            var running = new ProcessBuilder(jcmd, Long.toString(process.pid()), order)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(running.waitFor(30, TimeUnit.SECONDS))
                    .as("jcmd %s", order)
                    .isTrue();
            assertThat(running.exitValue()).as("jcmd %s, see %s", order, said).isZero();
            return Files.readString(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(10));
    }

    /** Of a process that has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** SIGTERM, not waited for. */
    void askToStop() {
        process.destroy();
    }

    /** SIGTERM; the time that it took to end. */
    public Duration terminate() {
        return terminate(Duration.ofSeconds(20));
    }

    /** The same, where the end may take longer. */
    public Duration terminate(Duration atMost) {
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
