package io.segmentrelay.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.smallrye.config.ConfigMappings;

import io.segmentrelay.config.RelayConfig;

/** The environment variables that the application reads: of its own settings, and those that its code names literally. */
final class KnownSettings {

    private static final Pattern LITERAL = Pattern.compile("\"((?:AZURE|K)_[A-Z_]+)\"");

    /** Read by Quarkus or the JVM, not by the relay. */
    private static final Set<String> PLATFORM =
            Set.of("DISABLE_SIGNAL_HANDLERS", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SECURITY_PROTOCOL");

    private KnownSettings() {}

    static Set<String> environment() {
        var names = new HashSet<>(PLATFORM);
        names.addAll(of(RelayConfig.class));
        try {
            names.addAll(of(Class.forName("io.segmentrelay.trigger.lambda.SqsConfig")));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        names.addAll(literals(Path.of("src/main/java")));
        names.addAll(literals(Path.of("src/lambda/java")));
        return names;
    }

    private static Set<String> of(Class<?> mapping) {
        var names = new HashSet<String>();
        ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(mapping))
                .keySet()
                .forEach(name -> names.add(environment(name)));
        return names;
    }

    private static String environment(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static Set<String> literals(Path root) {
        var names = new HashSet<String>();
        try (Stream<Path> files = Files.walk(root)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                LITERAL.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group(1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
