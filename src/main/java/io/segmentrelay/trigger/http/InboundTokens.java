package io.segmentrelay.trigger.http;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.time.Time;

/**
 * Lets only those deliver who show a bearer token for {@code relay.http.audience}, where that is set: a JWT that
 * {@code relay.http.issuer} has signed and that has not expired.
 *
 * @see <a href="https://knative.dev/docs/eventing/features/sender-identity/">Knative, sender identity</a>
 */
@ApplicationScoped
class InboundTokens {

    private static final Logger LOG = Logger.getLogger(InboundTokens.class);

    private static final Duration ISSUER_PAUSE = Duration.ofSeconds(5);
    private static final String SCHEME = "bearer ";

    /** Between the issuer's clock and this one. */
    private static final int CLOCK_SKEW_SECONDS = 30;

    private final Optional<String> audience;
    private final CachedVerifier verifiers;

    InboundTokens(RelayConfig config, Vertx vertx, TlsConfigurationRegistry tls, Time time) {
        this.audience = config.http().audience();
        // Asked at the first token: the relay starts, and is ready, without its issuer.
        var issuer = TokenIssuerKeys.of(config.http().issuer(), vertx, tls);
        this.verifiers = new CachedVerifier(issuer::fetch, this::consumer, time);
    }

    /** Goes on with the request, or answers it. */
    void check(RoutingContext context) {
        if (audience.isEmpty()) {
            context.next();
            return;
        }
        var header = context.request().getHeader("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            HttpProblem.unauthorized("Send a bearer token for the audience of this relay", "Bearer")
                    .answer(context);
            return;
        }
        var token = header.substring(SCHEME.length()).strip();
        // The issuer may have to be asked for its keys; nothing of the body may get lost meanwhile.
        context.request().pause();
        var origin = context.vertx().getOrCreateContext();
        verify(token)
                .subscribe()
                .with(
                        verdict -> origin.runOnContext(back -> answer(context, verdict)),
                        failure -> origin.runOnContext(back -> context.fail(failure)));
    }

    private static void answer(RoutingContext context, TokenCheck verdict) {
        switch (verdict) {
            case TokenCheck.Good() -> context.next();
            case TokenCheck.Bad(var reason) ->
                HttpProblem.unauthorized("The bearer token " + reason, "Bearer error=\"invalid_token\"")
                        .answer(context);
            case TokenCheck.Unknown(var reason) -> {
                LOG.warnf("A token could not be verified: %s", reason);
                HttpProblem.unavailable("The issuer of tokens cannot be asked for its keys", ISSUER_PAUSE)
                        .answer(context);
            }
        }
    }

    /**
     * With the keys that are known; where none of them is the token's, with those that the issuer has now.
     */
    private Uni<TokenCheck> verify(String token) {
        return verifiers
                .get()
                .flatMap(known -> verdict(known, token)
                        .map(verdict -> Uni.createFrom().item(verdict))
                        .orElseGet(() -> verifiers
                                .newerThan(known)
                                .map(newer -> verdict(newer, token)
                                        .orElse(new TokenCheck.Bad("is no signed token of this issuer")))))
                .onFailure()
                .recoverWithItem(failure -> new TokenCheck.Unknown(String.valueOf(failure.getMessage())));
    }

    /** Empty where its key is not known. */
    private static Optional<TokenCheck> verdict(CachedVerifier.Verifier verifier, String token) {
        try {
            verifier.consumer().processToClaims(token);
            return Optional.of(new TokenCheck.Good());
        } catch (InvalidJwtException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof UnresolvableKeyException) {
                    return Optional.empty();
                }
            }
            return Optional.of(new TokenCheck.Bad(reason(e)));
        }
    }

    private JwtConsumer consumer(TokenIssuerKeys.Metadata issuer) {
        return new JwtConsumerBuilder()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .setExpectedIssuer(issuer.name())
                .setExpectedAudience(audience.orElseThrow())
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(issuer.keys()))
                .setJwsAlgorithmConstraints(
                        ConstraintType.PERMIT,
                        AlgorithmIdentifiers.RSA_USING_SHA256,
                        AlgorithmIdentifiers.RSA_USING_SHA384,
                        AlgorithmIdentifiers.RSA_USING_SHA512,
                        AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
                        AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512)
                .build();
    }

    private static String reason(InvalidJwtException invalid) {
        if (invalid.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "has expired";
        }
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "is for another audience (relay.http.audience)";
        }
        if (invalid.hasErrorCode(ErrorCodes.ISSUER_INVALID) || invalid.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "is of another issuer (relay.http.issuer)";
        }
        return "is no signed token of this issuer";
    }

    private sealed interface TokenCheck {

        record Good() implements TokenCheck {}

        record Bad(String reason) implements TokenCheck {}

        record Unknown(String reason) implements TokenCheck {}
    }
}
