package io.segmentrelay.workflow;

import java.util.function.Consumer;

import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

/**
 * Steps that are taken one after the other, each of which is forgotten when the next one begins: a chain of Unis would hold all that led to
 * where it is, which for a segment that waits was a third of its memory. For one subscriber.
 *
 * @param <T> what they come to
 */
abstract class StepByStep<T> {

    private @Nullable UniEmitter<? super T> emitter;
    private Context context = Context.empty();
    private @Nullable Cancellable underWay;
    private long begun;
    private boolean over;

    /** Begins when it is subscribed to; cancelling it cancels the step that is under way. */
    final Uni<T> uni() {
        return Uni.createFrom()
                .context(of -> Uni.createFrom().emitter(to -> {
                    context = of;
                    emitter = to;
                    to.onTermination(this::cancel);
                    guarded(this::begin, to::fail);
                }));
    }

    /** Takes the first step. */
    abstract void begin();

    /** Takes a step, and what follows from how it ends; a failure of that counts as the step's. */
    final <S> void next(Uni<S> step, Consumer<? super S> then, Consumer<Throwable> failed) {
        long number;
        synchronized (this) {
            if (over) {
                return;
            }
            number = ++begun;
        }
        Consumer<Throwable> orElse = failure -> guarded(() -> failed.accept(failure), this::fail);
        var running = step.subscribe().with(context, item -> guarded(() -> then.accept(item), orElse), orElse);
        Cancellable late = null;
        synchronized (this) {
            if (over) {
                late = running;
            } else if (number == begun) {
                underWay = running;
            } // else it has ended already, and the next one is under way
        }
        if (late != null) {
            late.cancel();
        }
    }

    /** That is what they come to. */
    final void end(T result) {
        var to = emitter;
        if (to != null) {
            to.complete(result);
        }
    }

    private void fail(Throwable failure) {
        var to = emitter;
        if (to != null) {
            to.fail(failure);
        }
    }

    private void cancel() {
        Cancellable running;
        synchronized (this) {
            over = true;
            running = underWay;
            underWay = null;
        }
        if (running != null) {
            running.cancel();
        }
    }

    @SuppressWarnings("IllegalCatch") // as an operator would: whatever is thrown is told to who waits
    private static void guarded(Runnable action, Consumer<Throwable> failed) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            failed.accept(e);
        }
    }
}
