package io.segmentrelay.sandbox.dynamics;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What goes wrong with which calls. Immutable, and the same only as itself: {@code
 * Fault.on(Operation.PUBLISH).segment("Leads of Kent").times(2).does(Effect.status(503))}.
 *
 * <p>A segment is matched by its display name, or by the id of one of its two rows. The body that creates a definition
 * carries no display name: there a name works only where it is known beforehand ({@link DynamicsSimulator#alias}).
 */
public final class Fault {

    private final Set<Operation> operations;
    private final Optional<String> subject;
    private final int times;
    private final int every;
    private final Effect effect;

    private Fault(Builder builder, Effect effect) {
        this.operations = EnumSet.copyOf(builder.operations);
        this.subject = builder.subject;
        this.times = builder.times;
        this.every = builder.every;
        this.effect = effect;
    }

    /** On these operations, whatever segment they concern. */
    public static Builder on(Operation first, Operation... more) {
        return new Builder(EnumSet.of(first, more));
    }

    /** On all calls of the Web API, not on tokens. */
    public static Builder onAll() {
        return new Builder(EnumSet.complementOf(EnumSet.of(Operation.TOKEN)));
    }

    /** Where it applies. */
    public static final class Builder {
        private final Set<Operation> operations;
        private Optional<String> subject = Optional.empty();
        private int times = Integer.MAX_VALUE;
        private int every = 1;

        private Builder(Set<Operation> operations) {
            this.operations = operations;
        }

        /** Only calls that concern the segment with this display name; a status call may concern many. */
        public Builder segment(String displayName) {
            subject = Optional.of(displayName);
            return this;
        }

        /** Only calls that concern the row with this id. */
        public Builder segment(UUID id) {
            return segment(id.toString());
        }

        /** Only so many times; at least 1. */
        public Builder times(int limit) {
            times = limit;
            return this;
        }

        /** Only each n-th call that would be matched; at least 1. */
        public Builder every(int nth) {
            every = nth;
            return this;
        }

        /** This is what happens. */
        public Fault does(Effect effect) {
            return new Fault(this, Objects.requireNonNull(effect));
        }
    }

    /** Whether a call is meant, its number aside. */
    boolean matches(Operation operation, Set<String> subjects) {
        return operations.contains(operation) && subject.map(subjects::contains).orElse(true);
    }

    /** How often it may happen. */
    public int times() {
        return times;
    }

    /** Which of the matching calls are hit: each n-th. */
    public int every() {
        return every;
    }

    /** What happens. */
    public Effect effect() {
        return effect;
    }

    @Override
    public String toString() {
        return "Fault[%s%s: %s]"
                .formatted(operations, subject.map(" of "::concat).orElse(""), effect);
    }
}
