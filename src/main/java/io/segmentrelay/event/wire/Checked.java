package io.segmentrelay.event.wire;

import java.util.function.Function;

/**
 * A value that was read from outside, or the reason why there is none. Readers answer with it instead of an exception: that something
 * cannot be read is an answer like any other, and the compiler sees to it that nobody forgets it.
 *
 * @param <T> what is read
 */
public sealed interface Checked<T> {

    /** The value. */
    record Good<T>(T value) implements Checked<T> {}

    /**
     * None.
     *
     * @param reason one sentence, or what follows in one, that a person can act on, with nothing of the message's data
     */
    record Bad<T>(String reason) implements Checked<T> {}

    /** What becomes of the value, where there is one. */
    default <R> Checked<R> map(Function<? super T, ? extends R> further) {
        return flatMap(value -> new Good<>(further.apply(value)));
    }

    /** What becomes of the value, where there is one: this may also turn out to be none. */
    default <R> Checked<R> flatMap(Function<? super T, Checked<R>> further) {
        return switch (this) {
            case Good<T>(var value) -> further.apply(value);
            case Bad<T>(var reason) -> new Bad<>(reason);
        };
    }
}
