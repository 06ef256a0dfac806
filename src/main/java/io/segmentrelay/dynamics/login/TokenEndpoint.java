package io.segmentrelay.dynamics.login;

import java.time.Instant;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DynamicsException;

/** Gives tokens; knows nothing of keeping them. */
@FunctionalInterface
interface TokenEndpoint {

    /** A new token; fails with {@link Refused}, or with {@link DynamicsException.Weather}. */
    Uni<Token> fetch();

    /**
     * A bearer token.
     *
     * @param value the secret
     * @param expiresAt when it is of no use any more
     */
    record Token(String value, Instant expiresAt) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Token[expiresAt=%s]".formatted(expiresAt);
        }
    }

    /** The endpoint says no, for a reason that does not pass by itself. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** @param message names the error; no secret in it */
        Refused(String message) {
            super(message, null, false, false);
        }
    }
}
