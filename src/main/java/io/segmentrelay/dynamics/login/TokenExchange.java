package io.segmentrelay.dynamics.login;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.quarkus.oidc.common.OidcResponseFilter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.mutiny.core.buffer.Buffer;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.http.BoundedBody;
import io.segmentrelay.http.HttpAnswer;

/**
 * What the OIDC client leaves to its filters: which encodings an answer may have and how they are undone, how large it may be, and
 * what it says where it is no token, of which the client itself tells the body alone.
 */
@Singleton
@Unremovable
@OidcEndpoint(OidcEndpoint.Type.TOKEN)
final class TokenExchange implements OidcRequestFilter, OidcResponseFilter {

    /** Where the endpoint does not say how long a token lives, in seconds: five minutes. */
    private static final long DEFAULT_LIFE = 300;

    /** More is not believed, in seconds: a day. */
    private static final long MAX_LIFE = 86_400;

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,15}");

    /** After whoever waits has given up, and said so. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private static final String TOKEN = "access_token";
    private static final String LIFE = "expires_in";

    /** An answer without a token. */
    static final class NoToken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient HttpAnswer answer;

        NoToken(HttpAnswer answer) {
            super("the token endpoint answered " + answer.status(), null, false, false);
            this.answer = answer;
        }

        HttpAnswer answer() {
            return answer;
        }
    }

    private final Duration timeout;

    TokenExchange(RelayConfig config) {
        this.timeout = config.dynamics().timeout().plus(MARGIN);
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext context) {
        HttpRequest<?> request = context.request().getDelegate();
        request.as(new BoundedBody());
        request.timeout(timeout.toMillis());
        request.putHeader("Accept", "application/json");
        request.putHeader("Accept-Encoding", HttpAnswer.ENCODINGS);
        // Tokens are asked for once an hour: by then a connection that was kept would have been closed at the other
        // end.
        request.putHeader("Connection", "close");
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> filter(OidcResponseFilterContext context) {
        var body = context.responseBody();
        var answer = HttpAnswer.of(
                context.statusCode(),
                name -> Optional.of(String.join(",", context.responseHeaders().getAll(name)))
                        .filter(value -> !value.isEmpty()),
                body == null ? new byte[0] : body.getBytes());
        var json = json(answer.body());
        if (answer.status() != 200 || !(json.getValue(TOKEN) instanceof String token) || token.isBlank()) {
            return Uni.createFrom().failure(new NoToken(answer));
        }
        // No more than what is asked for, and in the form that the client understands.
        var understood = new JsonObject().put(TOKEN, token).put(LIFE, life(json));
        context.responseBody(Buffer.newInstance(understood.toBuffer()));
        return Uni.createFrom().voidItem();
    }

    /** Entra ID's other endpoints write the number as a text. */
    private static long life(JsonObject json) {
        var seconds = String.valueOf(json.getValue(LIFE));
        return SECONDS.matcher(seconds).matches() ? Math.min(Long.parseLong(seconds), MAX_LIFE) : DEFAULT_LIFE;
    }

    private static JsonObject json(String text) {
        try {
            return text.isBlank() ? new JsonObject() : new JsonObject(text);
        } catch (DecodeException e) {
            return new JsonObject();
        }
    }
}
