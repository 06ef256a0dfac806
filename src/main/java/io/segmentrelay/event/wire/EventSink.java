package io.segmentrelay.event.wire;

import java.time.Duration;
import java.util.Optional;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;

/** Takes what is emitted. */
public interface EventSink {

    /**
     * Hands one event over.
     *
     * @param event encoded, with all its attributes
     * @return a null item once the event is safe with the receiver (Kafka: acknowledged by all in-sync replicas; HTTP:
     *     2xx), or a failure where it may not be: then it must be sent again, with the same id; {@link Refused} where
     *     that is in vain until a setting changes
     */
    Uni<Void> send(CloudEvent event);

    /**
     * As {@link #send}, for an event whose content could as well go in several smaller ones.
     *
     * @return fails at once with {@link Refused.Reason#TOO_LARGE} where it is too large, even if this sink tries everything
     *     else again
     */
    default Uni<Void> sendUnlessTooLarge(CloudEvent event) {
        return send(event);
    }

    /**
     * How many events of one key may be on their way at once and still come in the order in which they were sent; 1 where each must have
     * been taken before the next one is sent.
     */
    default int inOrder() {
        return 1;
    }

    /**
     * Lets the receiver forget what it keeps under a key: the last continuation of a life that is over. Where nothing is kept by key,
     * nothing is to be done.
     *
     * @param mailboxKey of what was sent
     * @return a null item once that is safe with the receiver, or a failure where it may not be
     */
    default Uni<Void> forget(String mailboxKey) {
        return Uni.createFrom().voidItem();
    }

    /** The receiver does not take the event now. The message says why, fit for logs. */
    final class NotTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Optional<Duration> retryAfter;

        /** @param retryAfter how long the receiver asked to wait, where it did */
        public NotTaken(String message, Optional<Duration> retryAfter) {
            super(message, null, false, false);
            this.retryAfter = retryAfter;
        }

        /** How long the receiver asked to wait. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }
}
