package io.segmentrelay.sandbox.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;

import kafka.server.KafkaRaftServer;

import io.segmentrelay.sandbox.TempFolder;

/**
 * Keeps one sandbox over all live reloads. A live reload throws the application's class loader away, and closes it: what runs on
 * would fail at the first class that it has not needed yet. So the sandbox runs on a copy of its classes, in a class loader
 * of its own between the libraries' (which lives as long as the process) and the application's. What both sides know of
 * each other is text, kept in system properties.
 */
final class ParkedSandbox {

    private static final String PREFIX = "sandbox.env.";
    private static final String STARTED = "sandbox.started";

    /** Where the sandbox's own classes lie: deleted when they are needed no more. */
    static final String FOLDER = "sandbox.folder";

    private ParkedSandbox() {}

    /**
     * The settings of the sandbox of this process, by the names of environment variables. The first call starts it.
     *
     * @param application where the sandbox's classes and the samples are found
     */
    static synchronized Map<String, String> env(ClassLoader application) {
        if (System.getProperty(STARTED) == null) {
            start(application).forEach((name, value) -> System.setProperty(PREFIX + name, value));
            System.setProperty(STARTED, "true");
        }
        var env = new TreeMap<String, String>();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .forEach(name -> env.put(name.substring(PREFIX.length()), System.getProperty(name)));
        return env;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> start(ClassLoader application) {
        var copy = TempFolder.create("segment-relay-sandbox-");
        try {
            copy(application, "io/segmentrelay/sandbox", copy.path());
            copy(application, "io/segmentrelay/query", copy.path()); // what it knows of the relay
            copy(application, "io/segmentrelay/event", copy.path());
            copy(application, "samples", copy.path());
            copy(application, "console", copy.path());
            var libraries =
                    application.loadClass(KafkaRaftServer.class.getName()).getClassLoader();
            // Never closed: it lives as long as the process.
            var loader =
                    new URLClassLoader("sandbox", new URL[] {copy.path().toUri().toURL()}, libraries);
            var sandbox = loader.loadClass(DevSandbox.class.getName())
                    .getConstructor()
                    .newInstance();
            System.setProperty(FOLDER, copy.path().toString());
            return ((Supplier<Map<String, String>>) sandbox).get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException | URISyntaxException e) {
            throw new IllegalStateException("the sandbox does not start", e);
        }
    }

    private static void copy(ClassLoader application, String folder, Path to) throws IOException, URISyntaxException {
        var from = Path.of(
                Objects.requireNonNull(application.getResource(folder), folder).toURI());
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = to.resolve(folder).resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
