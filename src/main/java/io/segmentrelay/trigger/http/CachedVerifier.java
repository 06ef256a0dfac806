package io.segmentrelay.trigger.http;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.time.Time;

/**
 * What an issuer said, kept. However many wait for it, one request is under way, and nobody holds a thread or a lock meanwhile.
 * Thread-safe.
 */
final class CachedVerifier {

    /** An issuer that has not answered is left alone meanwhile, and nobody waits for it. */
    static final Duration LEFT_ALONE = Duration.ofSeconds(2);

    /** Another key's name makes the keys be looked for again, but not more often than this. */
    static final Duration REFRESH_DISTANCE = Duration.ofSeconds(10);

    /** Known keys count on while the issuer is down. */
    static final Duration KEPT_WHILE_DOWN = Duration.ofDays(1);

    /**
     * A verifier of tokens.
     *
     * @param consumer knows the keys
     * @param since when they were asked for
     * @param staleAt when they are to be asked for again
     */
    record Verifier(JwtConsumer consumer, Instant since, Instant staleAt) {}

    private final Supplier<Uni<TokenIssuerKeys.Metadata>> issuer;
    private final Function<TokenIssuerKeys.Metadata, JwtConsumer> consumers;
    private final Time time;
    private @Nullable Verifier known;
    private @Nullable Uni<Verifier> flight;
    private Instant askAgainAt = Instant.MIN;

    CachedVerifier(
            Supplier<Uni<TokenIssuerKeys.Metadata>> issuer,
            Function<TokenIssuerKeys.Metadata, JwtConsumer> consumers,
            Time time) {
        this.issuer = issuer;
        this.consumers = consumers;
        this.time = time;
    }

    /** The verifier; where it is stale, a newer one is fetched, which delays nobody. */
    Uni<Verifier> get() {
        return Uni.createFrom().deferred(() -> {
            var now = time.now();
            var usable = known();
            if (usable == null || now.isAfter(usable.staleAt().plus(KEPT_WHILE_DOWN))) {
                return flight(now);
            }
            if (!now.isBefore(usable.staleAt())) {
                flight(now).subscribe().with(ignored -> {}, ignored -> {});
            }
            return Uni.createFrom().item(usable);
        });
    }

    /** A newer verifier than one that does not know a key; the same where that was made only just now. */
    Uni<Verifier> newerThan(Verifier seen) {
        return Uni.createFrom().deferred(() -> {
            var now = time.now();
            var usable = known();
            if (usable != null && !usable.equals(seen)) {
                return Uni.createFrom().item(usable);
            }
            return now.isBefore(seen.since().plus(REFRESH_DISTANCE))
                    ? Uni.createFrom().item(seen)
                    : flight(now);
        });
    }

    private synchronized @Nullable Verifier known() {
        return known;
    }

    private synchronized Uni<Verifier> flight(Instant now) {
        if (flight != null) {
            return flight;
        }
        if (now.isBefore(askAgainAt)) {
            return Uni.createFrom().failure(new TokenIssuerKeys.Unavailable("the issuer has only just not answered"));
        }
        // Shared, and not cancelled by those who do not want to wait any longer.
        var started = Uni.createFrom()
                .deferred(() -> issuer.get())
                .map(said -> landed(new Verifier(consumers.apply(said), now, now.plus(said.life()))))
                .onFailure()
                .invoke(failed -> failed())
                .memoize()
                .indefinitely();
        flight = started;
        return started;
    }

    private synchronized Verifier landed(Verifier verifier) {
        known = verifier;
        flight = null;
        return verifier;
    }

    private synchronized void failed() {
        flight = null;
        askAgainAt = time.now().plus(LEFT_ALONE);
    }
}
