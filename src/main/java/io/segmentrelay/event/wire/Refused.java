package io.segmentrelay.event.wire;

/**
 * A receiver said no, and will go on saying no until somebody changes a setting, there or here. Whatever else a sink fails
 * with may pass by itself.
 */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String receiver;
    private final Reason reason;

    /**
     * A refusal.
     *
     * @param receiver a topic, a queue, or {@code K_SINK}
     * @param reason the kind
     * @param advice what is wrong, which setting it is about, and what to do; no content of the event
     */
    public Refused(String receiver, Reason reason, String advice) {
        super(advice, null, false, false);
        this.receiver = receiver;
        this.reason = reason;
    }

    /** Who said no. */
    public String receiver() {
        return receiver;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Whether a failure says that the event was too large, so that smaller ones may be taken. */
    public static boolean isTooLarge(Throwable failure) {
        return failure instanceof Refused refused && refused.reason == Reason.TOO_LARGE;
    }

    /** The kinds of refusal. */
    public enum Reason {
        /** The event has more bytes than the receiver takes; others may have fewer. */
        TOO_LARGE("too-large", false),
        /** The receiver finds fault with this event; others may be taken. */
        INVALID("invalid", false),
        /** The receiver expects something else than the relay's events. */
        NOT_UNDERSTOOD("not-understood", true),
        /** The receiver cannot read this compression. */
        COMPRESSION("compression", true),
        /** The relay may not write there. */
        AUTHORIZATION("authorization", true),
        /** The relay's login is not accepted. */
        AUTHENTICATION("authentication", true),
        /** There is no such receiver. */
        NO_SUCH_RECEIVER("no-such-receiver", true),
        /** The receiver does not support how the relay writes. */
        UNSUPPORTED("unsupported", true);

        private final String label;
        private final boolean everyEvent;

        Reason(String label, boolean everyEvent) {
            this.label = label;
            this.everyEvent = everyEvent;
        }

        /** As metrics and log lines say it. */
        public String label() {
            return label;
        }

        /** Whether it would be the same for every other event. */
        public boolean isForEveryEvent() {
            return everyEvent;
        }
    }
}
