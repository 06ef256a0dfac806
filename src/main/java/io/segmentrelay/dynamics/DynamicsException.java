package io.segmentrelay.dynamics;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Why a call to Dynamics gave no result. Messages are fit for logs: no token, no body, no member. */
public abstract sealed class DynamicsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private DynamicsException(String message, @Nullable Throwable cause) {
        // Thrown by the ten thousand in bad weather, always from the same place: a stack trace tells nothing.
        super(message, cause, false, false);
    }

    /** It may be better later: network, time-outs, 408, 429, 5xx, an answer that was cut short, no token for now. */
    public static final class Weather extends DynamicsException {
        private static final long serialVersionUID = 1L;
        private final transient Optional<Duration> retryAfter;

        /**
         * @param message what happened
         * @param retryAfter how long the server asked to wait, where it did
         * @param cause where there is one
         */
        public Weather(String message, Optional<Duration> retryAfter, @Nullable Throwable cause) {
            super(message, cause);
            this.retryAfter = retryAfter;
        }

        /** How long the server asked to wait. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /** The server refused, and would again: 4xx other than 401, 403, 408, 429; 412 where something else than ours is in the way. */
    public static final class Rejected extends DynamicsException {
        private static final long serialVersionUID = 1L;
        private final transient Answer answer;

        /** @param answer what the server said */
        public Rejected(Answer answer) {
            super(
                    "Dynamics answered %d %s"
                            .formatted(answer.status(), answer.code().orElse("")),
                    null);
            this.answer = answer;
        }

        /** What the server said. */
        public Answer answer() {
            return answer;
        }
    }

    /** No token is given to this client, or 401 or 403 with a fresh one. */
    public static final class Unauthorized extends DynamicsException {
        private static final long serialVersionUID = 1L;
        private final transient Optional<Answer> answer;

        /**
         * @param message what happened, and what to look at
         * @param answer what Dynamics said; absent where it was the token endpoint
         */
        public Unauthorized(String message, Optional<Answer> answer) {
            super(message, null);
            this.answer = answer;
        }

        /** What Dynamics said; absent where it was the token endpoint that refused. */
        public Optional<Answer> answer() {
            return answer;
        }
    }

    /** The member list came whole, but in a form that is none of those known. */
    public static final class UnreadableMembers extends DynamicsException {
        private static final long serialVersionUID = 1L;

        /** @param message what is wrong with it, and where, without any of it */
        public UnreadableMembers(String message) {
            super(message, null);
        }
    }

    /**
     * What the server said when it refused.
     *
     * @param status HTTP status
     * @param code of Dataverse, {@code 0x…}
     * @param message of Dataverse, at most 1,000 characters
     * @param serviceRequestId {@code x-ms-service-request-id}, else {@code REQ_ID}
     */
    public record Answer(
            int status, Optional<String> code, Optional<String> message, Optional<String> serviceRequestId) {}
}
