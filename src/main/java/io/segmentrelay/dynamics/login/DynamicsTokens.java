package io.segmentrelay.dynamics.login;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Unauthorized;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.login.TokenEndpoint.Refused;
import io.segmentrelay.dynamics.login.TokenEndpoint.Token;
import io.segmentrelay.time.Durations;
import io.segmentrelay.time.Time;

/**
 * One token for all calls. It is fetched when it is first wanted (so the relay starts with the token endpoint down), and
 * anew while the old one is still good, which delays nobody. However many want one, one request is under way; its
 * failure is everybody's, and for {@link #PAUSE} nobody asks again. Thread-safe.
 */
public final class DynamicsTokens implements Tokens {

    /** A new token is wanted this long before the old one expires, or at half its life where that is shorter. */
    static final Duration SKEW = Duration.ofMinutes(5);
    /** A token is not used for its last seconds: it has to reach the server. */
    static final Duration MARGIN = Duration.ofSeconds(5);
    /** How long a failure counts for all. */
    static final Duration PAUSE = Duration.ofSeconds(2);
    /** Between the attempts where the endpoint refuses: a secret that was just made is not known everywhere. */
    static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(1_500);
    /** Before a token that has only just come is thrown away for another one. */
    static final Duration MIN_AGE = Duration.ofSeconds(1);

    private static final int ATTEMPTS = 3;

    private record Kept(Token token, Instant since, Instant refreshAt, Instant unusableAt) {
        static Kept of(Token token, Instant now) {
            var life = Duration.between(now, token.expiresAt());
            return new Kept(
                    token,
                    now,
                    token.expiresAt().minus(Durations.min(SKEW, life.dividedBy(2))),
                    token.expiresAt().minus(Durations.min(MARGIN, life.dividedBy(10))));
        }
    }

    private record Failure(DynamicsException cause, Instant until) {}

    private final TokenEndpoint endpoint;
    private final Time time;
    private final Object lock = new Object();
    private @Nullable Kept kept;
    private @Nullable Failure failure;
    private @Nullable Uni<String> flight;

    /**
     * @param endpoint where they come from
     * @param time the clock
     */
    public DynamicsTokens(TokenEndpoint endpoint, Time time) {
        this.endpoint = endpoint;
        this.time = time;
    }

    @Override
    public Uni<String> get() {
        return Uni.createFrom().deferred(() -> {
            Uni<String> background = null;
            Uni<String> result;
            synchronized (lock) {
                var now = time.now();
                var usable = kept != null && now.isBefore(kept.unusableAt()) ? kept : null;
                if (usable == null) {
                    result = flight(Duration.ZERO);
                } else {
                    result = Uni.createFrom().item(usable.token().value());
                    if (!now.isBefore(usable.refreshAt())) {
                        background = flight(Duration.ZERO);
                    }
                }
            }
            if (background != null) {
                background.subscribe().with(ignored -> {}, ignored -> {});
            }
            return result;
        });
    }

    @Override
    public Uni<String> fresh(String stale) {
        return Uni.createFrom().deferred(() -> {
            synchronized (lock) {
                if (kept != null && kept.token().value().equals(stale)) {
                    var age = Duration.between(kept.since(), time.now());
                    kept = null;
                    return flight(MIN_AGE.minus(age));
                }
            }
            return get(); // another call has had it replaced meanwhile
        });
    }

    /** Whether a token can be had: at once where there is a valid one. */
    public Uni<Void> probe() {
        return get().replaceWithVoid();
    }

    /** The token only ever leaves by {@link #get} and {@link #fresh}. */
    @Override
    public String toString() {
        return "DynamicsTokens";
    }

    /** Under the lock: what is under way, else the failure that is still everybody's, else a new one. */
    private Uni<String> flight(Duration delay) {
        if (flight != null) {
            return flight;
        }
        if (failure != null && time.now().isBefore(failure.until())) {
            return Uni.createFrom().failure(failure.cause());
        }
        // Shared, and not cancelled by those who do not want to wait any longer.
        var started = after(delay)
                .flatMap(ignored -> attempt(1))
                .map(this::landed)
                .onFailure()
                .transform(this::failed)
                .memoize()
                .indefinitely();
        flight = started;
        return started;
    }

    private Uni<Void> after(Duration delay) {
        return delay.isPositive() ? time.after(delay) : Uni.createFrom().voidItem();
    }

    private Uni<Token> attempt(int number) {
        return endpoint.fetch()
                .onFailure(Refused.class)
                .recoverWithUni(refused -> number == ATTEMPTS
                        ? Uni.createFrom()
                                .failure(new Unauthorized(String.valueOf(refused.getMessage()), Optional.empty()))
                        : time.after(BETWEEN_ATTEMPTS).flatMap(ignored -> attempt(number + 1)));
    }

    private String landed(Token token) {
        synchronized (lock) {
            flight = null;
            failure = null;
            kept = Kept.of(token, time.now());
            return token.value();
        }
    }

    private DynamicsException failed(Throwable thrown) {
        var cause = thrown instanceof DynamicsException known
                ? known
                : new Weather("no token: the token endpoint did not answer", Optional.empty(), thrown);
        synchronized (lock) {
            flight = null;
            failure = new Failure(cause, time.now().plus(PAUSE));
        }
        return cause;
    }
}
