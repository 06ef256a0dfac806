package io.segmentrelay.http;

/**
 * Makes something of an answer's body as it comes. Called by one thread at a time.
 *
 * @param <R> what is made of it
 */
public interface BodyReader<R> {

    /** Takes the next bytes, decoded. */
    void feed(byte[] bytes);

    /** Whether the rest is of no interest: then it is not waited for, and {@link #finish} is next. */
    default boolean isFull() {
        return false;
    }

    /** The body has ended. */
    R finish();

    /**
     * The body cannot be decoded.
     *
     * @param reason why not, without any of it
     */
    R unreadable(String reason);
}
