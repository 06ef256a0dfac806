package io.segmentrelay.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The sample requests that lie beside the relay: CloudEvents in structured mode. */
public final class Samples {

    /** One that ends with its answer, and one whose changes follow. */
    public static final List<String> FIRST = List.of("segment-requested.json", "segment-requested-follow.json");

    /** All of them, by the names of their files. */
    public static final List<String> ALL = List.of(
            "segment-requested.json",
            "segment-requested-follow.json",
            "segment-requested-traverse.json",
            "segment-requested-static.json",
            "members-requested.json",
            "follow-ended-requested.json",
            "segment-retire-requested.json");

    private Samples() {}

    /** As it is in its file. */
    public static byte[] read(String sample) {
        try (var file = Objects.requireNonNull(
                Samples.class.getClassLoader().getResourceAsStream("samples/" + sample), sample)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
