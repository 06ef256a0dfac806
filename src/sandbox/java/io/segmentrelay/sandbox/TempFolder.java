package io.segmentrelay.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder of one's own, for as long as it is needed. */
public final class TempFolder implements AutoCloseable {

    private final Path path;

    private TempFolder(Path path) {
        this.path = path;
    }

    /** A new and empty one, with this at the beginning of its name. */
    public static TempFolder create(String prefix) {
        try {
            return new TempFolder(Files.createTempDirectory(prefix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that was made before. */
    public static TempFolder of(Path path) {
        return new TempFolder(path);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Deletes it with all that is in it; what cannot be deleted stays, since nobody could do anything about it. */
    @Override
    public void close() {
        try (var files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder()).forEach(TempFolder::delete);
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(TempFolder.class.getName()).log(System.Logger.Level.DEBUG, "left behind: " + path, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
