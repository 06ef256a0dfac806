package io.segmentrelay.trace;

import java.util.function.Function;

import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.AbstractUni;
import io.smallrye.mutiny.subscription.UniSubscriber;
import io.smallrye.mutiny.subscription.UniSubscription;

/**
 * Hands a span on to what is subscribed to: by the subscription itself, and not by the thread, which has many requests, nor
 * by context propagation, which copies for each step of each event what this holds once. Where the way is cut (by an emitter that subscribes
 * for itself), the span has to be asked for before the cut.
 */
public final class Spans {

    private static final String KEY = "io.segmentrelay.span";

    /** Of work that somebody else goes on with, or nobody needs any more. */
    public static final String CANCELLED = "cancelled";

    private Spans() {}

    /** The same work, as part of the span. Nothing changes where the span is none. */
    public static <T> Uni<T> within(Span span, Uni<T> work) {
        return span.isOn() ? new Within<>(work, Context.of(KEY, span)) : work;
    }

    /** The same work, as part of the span, which ends with it. */
    public static <T> Uni<T> told(Span span, Uni<T> work) {
        return span.isOn()
                ? within(span, work)
                        .onItem()
                        .invoke(item -> span.end())
                        .onFailure()
                        .invoke(failure -> span.failed(failure.getClass().getSimpleName()))
                        .onCancellation()
                        .invoke(() -> span.failed(CANCELLED))
                : work;
    }

    /** Work that wants to know of which span it is part. */
    public static <T> Uni<T> with(Function<Span, Uni<? extends T>> work) {
        return Uni.createFrom().context(context -> work.apply(context.getOrElse(KEY, () -> Span.NONE)));
    }

    private static final class Within<T> extends AbstractUni<T> {
        private final Uni<T> work;
        private final Context context;

        private Within(Uni<T> work, Context context) {
            this.work = work;
            this.context = context;
        }

        @Override
        public void subscribe(UniSubscriber<? super T> subscriber) {
            AbstractUni.subscribe(work, new UniSubscriber<T>() {
                @Override
                public Context context() {
                    return context;
                }

                @Override
                public void onSubscribe(UniSubscription subscription) {
                    subscriber.onSubscribe(subscription);
                }

                @Override
                public void onItem(T item) {
                    subscriber.onItem(item);
                }

                @Override
                public void onFailure(Throwable failure) {
                    subscriber.onFailure(failure);
                }
            });
        }
    }
}
