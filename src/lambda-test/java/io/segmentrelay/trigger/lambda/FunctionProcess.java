package io.segmentrelay.trigger.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code function.zip}, unpacked and run as Lambda's managed Java runtime does it: by AWS's own runtime interface client. */
final class FunctionProcess implements AutoCloseable {

    private static final Path ZIP = Path.of("target", "function.zip");
    private static final Path BUILD = Path.of("target", "lambda");

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
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            // What Lambda's Java runtimes start with, for a function of 512 MB.
            command.addAll(List.of(
                    "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", runtimeClient()));
            command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
            command.add(RelayHandler.class.getName() + "::handleRequest");
            var builder = new ProcessBuilder(command)
                    .directory(task.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            builder.environment()
                    .putAll(Map.of(
                            "AWS_LAMBDA_RUNTIME_API", api.address(),
                            "_HANDLER", RelayHandler.class.getName() + "::handleRequest",
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

    /** The jars that Lambda's runtime brings along, from this JVM's class path. */
    private static String runtimeClient() {
        return String.join(
                java.io.File.pathSeparator,
                Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
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

    Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
