package io.segmentrelay.trigger.http;

import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.RelayConfig;

/**
 * Lets only those deliver who show a bearer token for {@code relay.http.audience}, where that is set. Verifying is the OIDC
 * extension's; the answer is given here, in the form of the contract.
 *
 * @see <a href="https://knative.dev/docs/eventing/features/sender-identity/">Knative, sender identity</a>
 */
@ApplicationScoped
class InboundTokens {

    private static final Logger LOG = Logger.getLogger(InboundTokens.class);

    private static final Duration ISSUER_PAUSE = Duration.ofSeconds(5);

    private final boolean required;
    private final Instance<HttpAuthenticator> authenticator;

    InboundTokens(RelayConfig config, Instance<HttpAuthenticator> authenticator) {
        this.required = config.http().audience().isPresent();
        this.authenticator = authenticator;
    }

    /** Goes on with the request, or answers it. */
    void check(RoutingContext context) {
        if (!required) {
            context.next();
            return;
        }
        // The issuer may have to be asked for its keys; nothing of the body may get lost meanwhile.
        context.request().pause();
        authenticator
                .get()
                .attemptAuthentication(context)
                .subscribe()
                .with(identity -> known(context, identity), failure -> refused(context, failure));
    }

    private static void known(RoutingContext context, @Nullable SecurityIdentity identity) {
        if (identity == null || identity.isAnonymous()) {
            Problem.unauthorized("Send a bearer token for the audience of this relay", "Bearer")
                    .answer(context);
        } else {
            context.next();
        }
    }

    private static void refused(RoutingContext context, Throwable failure) {
        var reason = reason(failure);
        if (reason == null) {
            LOG.warnf("A token could not be verified: %s", rootMessage(failure));
            Problem.unavailable("The issuer of tokens cannot be asked for its keys", ISSUER_PAUSE)
                    .answer(context);
        } else {
            Problem.unauthorized(reason, "Bearer error=\"invalid_token\"").answer(context);
        }
    }

    /** Why the token does not count; null where that could not be found out. */
    private static @Nullable String reason(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidJwtException invalid) {
                return "The bearer token " + reason(invalid);
            }
            if (cause instanceof JoseException) {
                return "The bearer token is no signed token of this issuer";
            }
        }
        return failure instanceof AuthenticationFailedException && failure.getCause() == null
                ? "The bearer token is none that this relay takes"
                : null;
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

    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
