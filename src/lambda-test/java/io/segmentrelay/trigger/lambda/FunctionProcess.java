package io.segmentrelay.trigger.lambda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code function.zip}, unpacked and run as Lambda's managed Java runtime does it: by AWS's own runtime interface client. */
final class FunctionProcess implements AutoCloseable {

    private static final Path ZIP = Path.of("target", "function.zip");
    private static final Path BUILD = Path.of("target", "lambda");

    private static final String HANDLER = RelayHandler.class.getName() + "::handleRequest";

    private final Process process;
    private final Path log;

    private FunctionProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Unpacks the package anew. */
    static Path unzip() {
        assertThat(ZIP).as("the package (./mvnw package -Plambda)").exists();
        try (var zip = new ZipInputStream(Files.newInputStream(ZIP))) {
            var task = Files.createTempDirectory(BUILD, "task-");
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                var file = task.resolve(entry.getName()).normalize();
                assertThat(file).startsWithRaw(task);
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                }
            }
            return task.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts the function.
     *
     * @param task where the package is unpacked: the working directory, as on Lambda
     * @param environment the function's, beyond what Lambda sets
     */
    static FunctionProcess start(Path task, RuntimeApi api, Map<String, String> environment) {
        try {
            var log = Files.createTempFile(BUILD, "function-", ".log").toAbsolutePath();
            var command = command(task);
            var builder = new ProcessBuilder(command)
                    .directory(task.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            builder.environment()
                    .putAll(Map.of(
                            "AWS_LAMBDA_RUNTIME_API", api.address(),
                            "_HANDLER", HANDLER,
                            "LAMBDA_TASK_ROOT", task.toString(),
                            "AWS_LAMBDA_FUNCTION_NAME", "segment-relay",
                            "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST",
                            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
                            "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand",
                            "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/segment-relay",
                            "AWS_LAMBDA_LOG_STREAM_NAME", "stream"));
            return new FunctionProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Path task) {
        var bootstrap = task.resolve("bootstrap");
        if (Files.exists(bootstrap)) { // the native package, for provided.al2023
            assertThat(bootstrap.toFile().setExecutable(true)).isTrue();
            return List.of(bootstrap.toString());
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // What Lambda's Java runtimes start with, for a function of 512 MB.
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                runtimeClient(),
                "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                HANDLER);
    }

    /** The jars that Lambda's runtime brings along, from this JVM's class path. */
    private static String runtimeClient() {
        return String.join(
                File.pathSeparator,
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(jar -> jar.contains("aws-lambda-java-") || jar.contains("utils-lite"))
                        .toList());
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal: STOP freezes the process as Lambda does between invocations, CONT thaws it. */
    void signal(String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
