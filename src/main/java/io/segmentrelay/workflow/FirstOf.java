package io.segmentrelay.workflow;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.AbstractUni;
import io.smallrye.mutiny.subscription.UniSubscriber;
import io.smallrye.mutiny.subscription.UniSubscription;
import org.jspecify.annotations.Nullable;

/**
 * Whichever of two ends first; the other one is cancelled. As {@code Uni.combine().any()}, which makes three futures and two captured
 * contexts of each of the two: a kilobyte for each request that waits.
 */
final class FirstOf<T> extends AbstractUni<T> {

    private final Uni<? extends T> one;
    private final Uni<? extends T> other;

    private FirstOf(Uni<? extends T> one, Uni<? extends T> other) {
        this.one = one;
        this.other = other;
    }

    /** Subscribes to one, and, unless that has ended by then, to the other. */
    static <T> Uni<T> of(Uni<? extends T> one, Uni<? extends T> other) {
        return new FirstOf<>(one, other);
    }

    @Override
    public void subscribe(UniSubscriber<? super T> subscriber) {
        var race = new Race<T>(subscriber);
        subscriber.onSubscribe(race);
        race.enter(race.first, one);
        race.enter(race.second, other);
    }

    /** Over when one of them has ended, or nobody waits any more: then the subscriber is forgotten. */
    private static final class Race<T> extends AtomicReference<@Nullable UniSubscriber<? super T>>
            implements UniSubscription {

        private static final long serialVersionUID = 1L;

        private final transient Context context;
        private final transient Runner<T> first = new Runner<>(this);
        private final transient Runner<T> second = new Runner<>(this);

        Race(UniSubscriber<? super T> subscriber) {
            super(subscriber);
            context = subscriber.context();
        }

        void enter(Runner<T> runner, Uni<? extends T> uni) {
            if (get() != null) {
                AbstractUni.subscribe(uni, runner);
            }
        }

        /** Who waits for the first one, if that is who asks; the other one is cancelled. */
        Optional<UniSubscriber<? super T>> won(Runner<T> runner) {
            Optional<UniSubscriber<? super T>> waits = Optional.ofNullable(getAndSet(null));
            waits.ifPresent(any -> (runner == first ? second : first).leave());
            return waits;
        }

        @Override
        public void cancel() {
            if (getAndSet(null) != null) {
                first.leave();
                second.leave();
            }
        }
    }

    private static final class Runner<T> extends AtomicReference<@Nullable UniSubscription>
            implements UniSubscriber<T> {

        private static final long serialVersionUID = 1L;

        private final transient Race<T> race;

        Runner(Race<T> race) {
            this.race = race;
        }

        @Override
        public Context context() {
            return race.context;
        }

        @Override
        public void onSubscribe(UniSubscription subscription) {
            set(subscription);
            if (race.get() == null) {
                leave();
            }
        }

        @Override
        public void onItem(T item) {
            race.won(this).ifPresent(waits -> waits.onItem(item));
        }

        @Override
        public void onFailure(Throwable failure) {
            race.won(this).ifPresent(waits -> waits.onFailure(failure));
        }

        void leave() {
            var subscription = getAndSet(null);
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
