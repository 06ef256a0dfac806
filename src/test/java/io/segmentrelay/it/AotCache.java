package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The AOT cache of the package (JEP 483, 514): the classes that a training run needed, loaded and linked beforehand. It fits
 * the very JVM that recorded it, and the jars beside it.
 */
final class AotCache {

    static final Path FILE = Path.of("target", "quarkus-app", "app.aot");

    /** The garbage collector belongs to what the cache holds, so it is the same in the training and in the container file. */
    static final String COLLECTOR = "-XX:+UseG1GC";

    /** The JVM writes the cache when it ends, by a second JVM. */
    private static final Duration WRITE = Duration.ofMinutes(3);

    private AotCache() {}

    /**
     * Records the cache: requests over HTTP and Kafka, to their ends, and what operators ask for.
     *
     * @param settings of a Kafka broker and of something that answers as Dynamics does
     * @return what the trained relay answered to {@code /q/metrics}
     */
    static String record(Map<String, String> settings) {
        delete();
        assertThat(Runtime.version().feature())
                .as("an AOT cache needs JDK 25 or newer: JAVA_HOME=/path/to/jdk-25 ./mvnw -Paot verify")
                .isGreaterThanOrEqualTo(25);
        try (var topics = new Topics(settings.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", ""), 1);
                var relay = RelayProcess.start(settings, "-Xmx256m", COLLECTOR, "-XX:AOTCacheOutput=" + FILE)) {
            Training.run(relay, topics);
            var metrics = given().port(relay.port()).get("/q/metrics").asString();
            relay.terminate(WRITE);
            assertThat(FILE).as("the cache, see the log:%n%s", relay.log()).isNotEmptyFile();
            return metrics;
        }
    }

    static void delete() {
        try {
            Files.deleteIfExists(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
