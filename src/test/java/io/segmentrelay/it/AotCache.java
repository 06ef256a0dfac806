package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The AOT cache of the package (JEP 483, 514, 515): the classes that a training run needed, loaded and linked beforehand, and
 * what it learned of their methods. It fits the very JVM that recorded it, and the jars beside it.
 */
public final class AotCache {

    public static final Path PACKAGE = Path.of("target", "quarkus-app");

    /** The garbage collector belongs to what the cache holds, so it is the same in the training and in the container file. */
    private static final String COLLECTOR = "-XX:+UseG1GC";

    private static final String FILE = "app.aot";

    /** The options of the container file's entry point; a unit test holds them equal. */
    public static final List<String> CONTAINER =
            List.of("-XX:AOTCache=" + FILE, COLLECTOR, "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError");

    /** What bounds the heap where no container does; from 32 GB on, a heap has wider references than the cache. */
    private static final String HEAP = "-Xmx256m";

    /** Adapters are found by a hash, and where two have the same one, each start writes two warnings: JDK-8364929. */
    private static final List<String> WITHOUT_ADAPTERS =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching");

    /** The JVM writes the cache when it ends, by a second JVM. */
    private static final Duration WRITE = Duration.ofMinutes(3);

    private AotCache() {}

    /**
     * Records the cache: requests over HTTP and Kafka, to their ends, what operators ask for, and a stop with work under way.
     *
     * @param settings of a Kafka broker and of something that answers as Dynamics does
     */
    public static void record(Map<String, String> settings) {
        assertThat(Runtime.version().feature())
                .as("an AOT cache needs JDK 25 or newer: JAVA_HOME=/path/to/jdk-25 ./mvnw -Paot verify")
                .isGreaterThanOrEqualTo(25);
        prepare();
        var options = new ArrayList<>(WITHOUT_ADAPTERS);
        options.addAll(List.of(HEAP, COLLECTOR, "-XX:AOTCacheOutput=" + FILE));
        try (var topics = new Topics(settings.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", ""), 1);
                var relay = RelayProcess.startIn(PACKAGE, settings, options)) {
            Training.run(relay, topics);
            Training.stop(relay, topics, WRITE);
            assertThat(PACKAGE.resolve(FILE))
                    .as("the cache, see the log:%n%s", relay.log())
                    .isNotEmptyFile();
        }
    }

    /** The options with a heap of this size, and such that a cache that does not fit ends the start instead of slowing it down. */
    public static List<String> strictly(List<String> options) {
        return Stream.concat(options.stream(), Stream.of(HEAP, "-XX:AOTMode=on"))
                .toList();
    }

    /**
     * No older cache, and the jars dated by the build's own time: the JVM compares their times with those in the cache, and an
     * image whose layers are cut off at that time ({@code rewrite-timestamp}) must not change them.
     */
    private static void prepare() {
        var time = FileTime.from(Instant.parse(System.getProperty("relay.output-timestamp", "")));
        try (var files = Files.walk(PACKAGE)) {
            Files.deleteIfExists(PACKAGE.resolve(FILE));
            for (var jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.setLastModifiedTime(jar, time);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
