package io.segmentrelay.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;

/**
 * The classes of a package, read when they are asked for, and behind them those of the JDK, which is complete in itself. All
 * names are as class files have them: {@code java/lang/Object}.
 */
final class ClassPath implements AutoCloseable {

    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Optional<ClassNode>> read = new HashMap<>();

    private final List<ZipFile> open = new ArrayList<>();

    private record Place(ZipFile jar, ZipEntry entry) {}

    /**
     * @param jars the first that has a class wins
     * @param taken by name: the others are not there
     */
    ClassPath(List<Path> jars, Predicate<String> taken) {
        try {
            for (var jar : jars) {
                var zip = new ZipFile(jar.toFile());
                open.add(zip);
                zip.stream()
                        .filter(entry -> entry.getName().endsWith(".class"))
                        .filter(entry -> !entry.getName().startsWith("META-INF/") && taken.test(className(entry)))
                        .forEach(entry -> places.putIfAbsent(className(entry), new Place(zip, entry)));
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the class is of the package, not of the JDK. */
    boolean has(String name) {
        return places.containsKey(name);
    }

    /** The classes of the package whose name is so. */
    Collection<String> names(Predicate<String> such) {
        return places.keySet().stream().filter(such).sorted().toList();
    }

    /** The class; empty where there is none of that name. */
    Optional<ClassNode> find(String name) {
        var found = read.get(name);
        if (found == null) {
            found = load(name);
            read.put(name, found);
        }
        return found;
    }

    private Optional<ClassNode> load(String name) {
        try {
            var place = places.get(name);
            if (place == null) {
                try (var jdk = ClassLoader.getPlatformClassLoader().getResourceAsStream(name + ".class")) {
                    return jdk == null ? Optional.empty() : Optional.of(node(jdk));
                }
            }
            try (var in = place.jar().getInputStream(place.entry())) {
                return Optional.of(node(in));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassNode node(InputStream in) throws IOException {
        var node = new ClassNode();
        new ClassReader(in).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return node;
    }

    private static String className(ZipEntry entry) {
        return entry.getName().substring(0, entry.getName().length() - ".class".length());
    }

    @Override
    public void close() {
        for (var zip : open) {
            try {
                zip.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
