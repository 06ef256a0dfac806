package io.segmentrelay.sketch;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An invertible Bloom lookup table of a set of ids (Eppstein, Goodrich, Uyeda, Varghese: "What's the Difference? Efficient Set
 * Reconciliation without Prior Context", SIGCOMM 2011). It is as large as the differences that it shall tell, whatever the
 * size of the set: it needs about 1.5 cells of 21 bytes an id that differs. Immutable.
 */
public final class Sketch {

    /** The fewest cells: 64 ids that differ. */
    public static final int MIN_CELLS = 96;

    private static final int MAX_CELLS = 3 * (1 << 20);

    private final Cells cells;

    private Sketch(Cells cells) {
        this.cells = cells;
    }

    /**
     * Of a set. Takes time with its size, and memory with the number of cells.
     *
     * @param number of cells, as {@link #cellsFor} says; rounded up to a multiple of 4
     */
    public static Sketch of(SortedIds ids, int number) {
        var cells = Cells.empty(rounded(Math.clamp(number, Cells.PARTS, MAX_CELLS)));
        for (var i = 0; i < ids.size(); i++) {
            cells.count(ids.high(i), ids.low(i), 1);
        }
        return new Sketch(cells);
    }

    private static int rounded(int number) {
        return Math.ceilDiv(number, Cells.PARTS) * Cells.PARTS;
    }

    /**
     * How many cells a set that changes so much should have: for four times as much, but never less than {@link #MIN_CELLS},
     * nor more than fit, which comes first.
     *
     * @param expected ids that will differ, from 0
     * @param maxBytes that {@link #toBytes} may take, from 89: less holds no cell of each part
     */
    public static int cellsFor(int expected, int maxBytes) {
        var most = (maxBytes - SketchBytes.HEADER) / Cells.WIDTH / Cells.PARTS * Cells.PARTS;
        if (most < Cells.PARTS) {
            throw new IllegalArgumentException("no sketch fits %d bytes".formatted(maxBytes));
        }
        var wanted = Math.max(MIN_CELLS, 4L * Math.max(0, expected) * 3 / 2);
        return (int) Math.min(Math.min(wanted + Cells.PARTS - 1, MAX_CELLS) / Cells.PARTS * Cells.PARTS, most);
    }

    /** How many cells. */
    public int cells() {
        return cells.number();
    }

    /**
     * How a later set differs from the one that this is of. Nothing that the sketch says is believed: the answer is proven, or
     * it is that there is none. Takes time with the size of the later set, and memory with the number of cells.
     *
     * @param digest SHA-256 of the earlier set's ids in their order, 16 bytes each
     */
    public Reconciliation reconcile(SortedIds later, byte[] digest) {
        return Peeling.of(of(later, cells.number()).cells.less(cells))
                .flatMap(claim -> proven(claim, later, digest))
                .orElseGet(Reconciliation.TooDifferent::new);
    }

    private static Optional<Reconciliation> proven(Peeling.Claim claim, SortedIds later, byte[] digest) {
        var joined = claim.added().stream().sorted(EarlierSet.ORDER).toList();
        var left = claim.removed().stream().sorted(EarlierSet.ORDER).toList();
        return new EarlierSet(later, joined, left).hasDigest(digest)
                ? Optional.of(new Reconciliation.Difference(joined, left))
                : Optional.empty();
    }

    /** As bytes: the same sketch always gives the same. Where few cells hold something, only those. */
    public byte[] toBytes() {
        return SketchBytes.write(cells);
    }

    /** {@link #toBytes} in base64. */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(toBytes());
    }

    /**
     * From bytes, which may come from anywhere; empty where they are not exactly what {@link #toBytes} gives.
     *
     * @param maxBytes that the cells may take in memory, whatever the bytes claim
     */
    public static Optional<Sketch> fromBytes(byte[] bytes, int maxBytes) {
        return SketchBytes.read(bytes, maxBytes).map(Sketch::new);
    }

    /** From base64, as {@link #fromBytes}. */
    public static Optional<Sketch> fromBase64(String text, int maxBytes) {
        if (text.length() > Math.ceilDiv(Math.max(0L, maxBytes), 3) * 4) {
            return Optional.empty();
        }
        try {
            return fromBytes(Base64.getDecoder().decode(text), maxBytes);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sketch that && Arrays.equals(cells.bytes(), that.cells.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells.bytes());
    }

    /** The size only: cells may hold ids. */
    @Override
    public String toString() {
        return "Sketch[cells=%d]".formatted(cells.number());
    }
}
