package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.RelayConfig;

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

    /** An issuer that has not answered is left alone meanwhile, and nobody waits for it. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(2);

    /** Between the issuer's clock and this one. */
    private static final int CLOCK_SKEW_SECONDS = 30;

    private final Optional<String> audience;
    private final TokenIssuerKeys issuer;
    private @Nullable JwtConsumer verifier;
    private long askAgainAt = System.nanoTime();

    InboundTokens(RelayConfig config) {
        this.audience = config.http().audience();
        this.issuer = new TokenIssuerKeys(config.http().issuer());
    }

    /** Goes on with the request, or answers it. */
    void check(RoutingContext context) {
        if (audience.isEmpty()) {
            context.next();
            return;
        }
        var header = context.request().getHeader("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            Problem.unauthorized("Send a bearer token for the audience of this relay", "Bearer")
                    .answer(context);
            return;
        }
        var token = header.substring(SCHEME.length()).strip();
        // The issuer may have to be asked for its keys; nothing of the body may get lost meanwhile.
        context.request().pause();
        context.vertx()
                .<Verdict>executeBlocking(() -> verify(token), false)
                .onSuccess(verdict -> {
                    switch (verdict) {
                        case Verdict.Good() -> context.next();
                        case Verdict.Bad(var reason) ->
                            Problem.unauthorized("The bearer token " + reason, "Bearer error=\"invalid_token\"")
                                    .answer(context);
                        case Verdict.Unknown(var reason) -> {
                            LOG.warnf("A token could not be verified: %s", reason);
                            Problem.unavailable("The issuer of tokens cannot be asked for its keys", ISSUER_PAUSE)
                                    .answer(context);
                        }
                    }
                })
                .onFailure(context::fail);
    }

    private Verdict verify(String token) {
        try {
            verifier().processToClaims(token);
            return new Verdict.Good();
        } catch (InvalidJwtException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException) {
                    return new Verdict.Unknown(String.valueOf(cause.getMessage()));
                }
            }
            return new Verdict.Bad(reason(e));
        } catch (IOException e) {
            return new Verdict.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /** Made at the first token: the relay starts, and is ready, without its issuer. */
    private synchronized JwtConsumer verifier() throws IOException {
        if (verifier == null) {
            var metadata = discover();
            verifier = new JwtConsumerBuilder()
                    .setRequireExpirationTime()
                    .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                    .setExpectedIssuer(metadata.name())
                    .setExpectedAudience(audience.orElseThrow())
                    .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(metadata.keys()))
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
        return verifier;
    }

    private TokenIssuerKeys.Metadata discover() throws IOException {
        if (System.nanoTime() - askAgainAt < 0) {
            throw new IOException("the issuer has only just not answered");
        }
        try {
            return issuer.discover();
        } catch (IOException e) {
            askAgainAt = System.nanoTime() + LEFT_ALONE.toNanos();
            throw e;
        }
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

    private sealed interface Verdict {

        record Good() implements Verdict {}

        record Bad(String reason) implements Verdict {}

        record Unknown(String reason) implements Verdict {}
    }
}
