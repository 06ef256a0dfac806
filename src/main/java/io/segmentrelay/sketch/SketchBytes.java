package io.segmentrelay.sketch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sketches as bytes: the form (1 byte), the number of cells (4 bytes), the cells. In the form {@link #DENSE} all of them; in
 * the form {@link #SPARSE} a bit for each, the first in the highest bit, and those whose bit is set. The shorter one is the
 * only one that is right, the dense one where both are as long.
 */
final class SketchBytes {

    static final int HEADER = 5;

    private static final byte DENSE = 1;
    private static final byte SPARSE = 2;

    private SketchBytes() {}

    static byte[] write(Cells cells) {
        var number = cells.number();
        var bits = new byte[Math.ceilDiv(number, 8)];
        var used = 0;
        for (var cell = 0; cell < number; cell++) {
            if (!cells.isEmpty(cell)) {
                bits[cell >> 3] |= (byte) (0x80 >> (cell & 7));
                used++;
            }
        }
        var sparse = bits.length + used * Cells.WIDTH;
        var all = cells.bytes();
        if (sparse >= all.length) {
            return ByteBuffer.allocate(HEADER + all.length)
                    .put(DENSE)
                    .putInt(number)
                    .put(all)
                    .array();
        }
        var bytes =
                ByteBuffer.allocate(HEADER + sparse).put(SPARSE).putInt(number).put(bits);
        for (var cell = 0; cell < number; cell++) {
            if (!cells.isEmpty(cell)) {
                bytes.put(all, cell * Cells.WIDTH, Cells.WIDTH);
            }
        }
        return bytes.array();
    }

    /** Empty where it is not exactly what {@link #write} gives, or is of more cells than so many bytes hold. */
    static Optional<Cells> read(byte[] bytes, int maxBytes) {
        if (bytes.length < HEADER) {
            return Optional.empty();
        }
        var input = ByteBuffer.wrap(bytes);
        var form = input.get();
        var number = input.getInt();
        if (number < Cells.PARTS || number % Cells.PARTS != 0 || number > (maxBytes - HEADER) / Cells.WIDTH) {
            return Optional.empty();
        }
        return cells(form, number, input).map(Cells::new).filter(cells -> Arrays.equals(write(cells), bytes));
    }

    private static Optional<byte[]> cells(byte form, int number, ByteBuffer input) {
        return switch (form) {
            case DENSE -> dense(number, input);
            case SPARSE -> sparse(number, input);
            default -> Optional.empty();
        };
    }

    private static Optional<byte[]> dense(int number, ByteBuffer input) {
        if (input.remaining() != number * Cells.WIDTH) {
            return Optional.empty();
        }
        var all = new byte[number * Cells.WIDTH];
        input.get(all);
        return Optional.of(all);
    }

    private static Optional<byte[]> sparse(int number, ByteBuffer input) {
        var bits = new byte[Math.ceilDiv(number, 8)];
        if (input.remaining() < bits.length) {
            return Optional.empty();
        }
        input.get(bits);
        var all = new byte[number * Cells.WIDTH];
        for (var cell = 0; cell < number; cell++) {
            if ((bits[cell >> 3] & (0x80 >> (cell & 7))) != 0) {
                if (input.remaining() < Cells.WIDTH) {
                    return Optional.empty();
                }
                input.get(all, cell * Cells.WIDTH, Cells.WIDTH);
            }
        }
        return Optional.of(all); // what is too much shows when it is written again
    }
}
