package io.segmentrelay.trigger.lambda;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * When Lambda ends the invocation under way. Funqy does not hand Lambda's context on to a function, so those who see it
 * first leave this here. One for the process: Lambda invokes one at a time.
 */
final class InvocationDeadline {

    private static final AtomicReference<@Nullable Instant> DEADLINE = new AtomicReference<>();

    private InvocationDeadline() {}

    static void set(Instant deadline) {
        DEADLINE.set(deadline);
    }

    /** The deadline of the invocation that begins now; empty where nobody has told. */
    static Optional<Instant> take() {
        return Optional.ofNullable(DEADLINE.getAndSet(null));
    }
}
