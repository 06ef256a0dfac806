package io.segmentrelay.event.wire;

/**
 * What was handed over does not count: another replica has handed over the same turn of the same key before it. There is nothing to
 * be tried again: the other one goes on with it, and whoever is told so says nothing more.
 */
public final class Superseded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says so of a key. */
    public Superseded(String mailboxKey) {
        super("another replica goes on with " + mailboxKey, null, false, false);
    }
}
