package io.segmentrelay.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a native build of a package would miss. It finds in seconds on any JDK what such a build says after minutes. */
public final class NativeLink {

    /**
     * What is named and not there, and yet no fault: a native build never comes to that code, or brings these classes along.
     */
    private static final List<String> NO_FAULT = List.of(
            // Brought along by the native build itself.
            "org.graalvm.",
            // Of a branch that a native build rules out: netty asks first whether they are there, and Quarkus answers
            // that.
            "io.netty.internal.tcnative.",
            "org.conscrypt.",
            // JBoss Logging and its log manager choose their way while the executable is built: neither is there then.
            "org.apache.log4j.",
            "org.apache.logging.log4j.",
            "org.jboss.modules.");

    private NativeLink() {}

    /**
     * Every class that the package's code can come to, and that is in none of its jars; with the code that names it.
     *
     * @param folders of the package's jars, or jars; the first that has a class wins
     */
    public static List<String> missing(List<Path> folders) {
        return missing(folders, name -> true);
    }

    /** The same, for a package that would not have the classes whose names begin so ({@code java/lang/}). */
    public static List<String> missingWithout(String prefix, List<Path> folders) {
        return missing(folders, name -> !name.startsWith(prefix));
    }

    private static List<String> missing(List<Path> folders, Predicate<String> taken) {
        var jars = folders.stream().flatMap(NativeLink::jars).toList();
        try (var classes = new ClassPath(jars, taken)) {
            var roots = classes.names(NativeLink::isRoot);
            return LinkCheck.missing(classes, roots).stream()
                    .filter(missing -> NO_FAULT.stream().noneMatch(missing.name()::startsWith))
                    .map(LinkCheck.Missing::toString)
                    .toList();
        }
    }

    /** Where the code begins: the application's own, and what Quarkus generates to start and to inject. */
    private static boolean isRoot(String name) {
        return (name.startsWith("io/segmentrelay/") && !name.contains("/substitution/"))
                || name.startsWith("io/quarkus/runner/")
                || name.startsWith("io/quarkus/arc/setup/")
                || name.startsWith("io/quarkus/runtime/generated/")
                || name.endsWith("$$CMImpl");
    }

    private static Stream<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.of(folder);
        }
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
