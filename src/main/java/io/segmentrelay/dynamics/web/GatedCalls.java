package io.segmentrelay.dynamics.web;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.http.Answers.Verdict;
import io.segmentrelay.dynamics.limits.CallPriority;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.dynamics.login.Tokens;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.Spans;

/** Makes a call: with a token, through the gate, within its time; fails with {@link DynamicsException}s only. */
final class GatedCalls {

    /** Added to {@code Retry-After}: the server may have begun to count a moment later than its answer came. */
    private static final Duration MARGIN = Duration.ofMillis(50);

    /** Less than that every call waits. */
    private static final Duration WORTH_TELLING = Duration.ofMillis(5);

    private final Tokens tokens;
    private final DynamicsGate gate;
    private final Time time;
    private final Duration timeout;

    /** @param timeout of a call whose answer is small */
    GatedCalls(Tokens tokens, DynamicsGate gate, Time time, Duration timeout) {
        this.tokens = tokens;
        this.gate = gate;
        this.time = time;
        this.timeout = timeout;
    }

    /** A call whose answer is small: the answer, where it is one that {@link Answers#verdict} has no failure for. */
    Uni<HttpAnswer> call(CallPriority priority, boolean create, Function<String, Uni<HttpAnswer>> http) {
        return call(priority, create, http, Function.identity());
    }

    /** The same, of a call whose answer holds several: one of them speaks for all. */
    <R> Uni<R> call(
            CallPriority priority, boolean create, Function<String, Uni<R>> http, Function<R, HttpAnswer> answerOf) {
        return exchange(priority, create, auth -> http.apply(auth).plug(this::timed), answerOf);
    }

    /**
     * Any call.
     *
     * <pre>
     * token ─► gate ─► HTTP ─┬─ 401, 403 ─► fresh token ─► gate ─► HTTP ─┬─ 401, 403 ─► Unauthorized
     *                        └───────────────────────────────────────────┴─► answer, Weather or Rejected
     * </pre>
     */
    <R> Uni<R> exchange(
            CallPriority priority, boolean create, Function<String, Uni<R>> http, Function<R, HttpAnswer> answerOf) {
        return Spans.with(span -> exchange(priority, create, http, answerOf, span));
    }

    private <R> Uni<R> exchange(
            CallPriority priority,
            boolean create,
            Function<String, Uni<R>> http,
            Function<R, HttpAnswer> answerOf,
            Span span) {
        return attempt(priority, tokens::get, http, answerOf, span)
                .flatMap(first -> first.verdict(create) == Verdict.TOKEN
                        ? attempt(priority, () -> tokens.fresh(first.token()), http, answerOf, span)
                        : Uni.createFrom().item(first))
                .map(last -> answered(last, create))
                .onFailure(failure -> !(failure instanceof DynamicsException))
                .transform(Answers::weather);
    }

    /** A call that was answered. */
    private record Attempt<R>(String token, R result, HttpAnswer answer) {
        Verdict verdict(boolean create) {
            return Answers.verdict(answer, create);
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Attempt[answer=%s]".formatted(answer);
        }
    }

    private <R> Uni<Attempt<R>> attempt(
            CallPriority priority,
            Supplier<Uni<String>> token,
            Function<String, Uni<R>> http,
            Function<R, HttpAnswer> answerOf,
            Span span) {
        return Uni.createFrom()
                .deferred(() -> token.get())
                // Inside the gate the token is asked for again: the wait may have been longer than its life.
                .flatMap(ignored -> {
                    var waiting = waiting(span);
                    return gate.pass(priority, () -> {
                        waiting.run();
                        return tokens.get().flatMap(valid -> inside(valid, http, answerOf, span));
                    });
                })
                .flatMap(made -> made.isPresent()
                        ? Uni.createFrom().item(made.orElseThrow())
                        : attempt(priority, tokens::get, http, answerOf, span));
    }

    /** Begins to wait at the gate; to be run when that is over. */
    private Runnable waiting(Span span) {
        if (!span.isOn()) {
            return () -> {};
        }
        var since = time.nanos();
        var event =
                gate.closedUntil().isPresent() ? "waited until the server takes calls again" : "waited for its turn";
        return () -> {
            var waited = Duration.ofNanos(time.nanos() - since);
            if (waited.compareTo(WORTH_TELLING) >= 0) {
                span.happened(event, waited);
            }
        };
    }

    /** Empty where the gate was closed while a new token was waited for: then the call has to wait with all others. */
    private <R> Uni<Optional<Attempt<R>>> inside(
            String token, Function<String, Uni<R>> http, Function<R, HttpAnswer> answerOf, Span span) {
        return gate.closedUntil().isPresent()
                ? Uni.createFrom().item(Optional.empty())
                : http.apply("Bearer " + token)
                        .map(result -> new Attempt<>(token, result, answerOf.apply(result)))
                        .invoke(attempt -> tell(attempt, span))
                        .map(Optional::of);
    }

    /** Lets the gate know, while the call still has its place in it. */
    private void tell(Attempt<?> attempt, Span span) {
        span.with("http.response.status_code", attempt.answer().status());
        if (attempt.verdict(false) == Verdict.THROTTLED) {
            var retryAfter = Answers.retryAfter(attempt.answer(), time.now());
            gate.throttled(retryAfter.map(MARGIN::plus), Answers.limit(attempt.answer()));
            span.happened("throttled", retryAfter.orElse(Duration.ZERO));
        } else {
            gate.answered();
        }
    }

    private <R> R answered(Attempt<R> attempt, boolean create) {
        return switch (attempt.verdict(create)) {
            case DONE, DUPLICATE -> attempt.result();
            case TOKEN -> throw Answers.unauthorized(attempt.answer());
            case THROTTLED, WEATHER -> throw Answers.weather(attempt.answer(), time.now());
            case REJECTED -> throw Answers.rejected(attempt.answer());
        };
    }

    private <R> Uni<R> timed(Uni<R> call) {
        return Uni.combine().any().of(call, time.after(timeout).map(ignored -> {
            throw new Weather("Dynamics did not answer within " + timeout, Optional.empty(), null);
        }));
    }
}
