package io.segmentrelay.dynamics.login;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.http.CleanText;
import io.segmentrelay.http.ErrorBody;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.HttpCall;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.http.NoAnswer;
import io.segmentrelay.time.Time;

/**
 * Microsoft Entra ID's token endpoint, or one of its shape: OAuth 2.0 client credentials.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">
 *     OAuth 2.0 client credentials flow</a>
 */
public final class HttpTokenEndpoint implements TokenEndpoint {

    /** Where the endpoint does not say how long a token lives. */
    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

    /** More is not believed, in seconds: a day. */
    private static final long MAX_LIFE = 86_400;

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Pattern ENTRA_ERROR = Pattern.compile("AADSTS[0-9]{1,9}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,15}");
    /** RFC 6749, section 5.2, and what Entra ID adds: none of them passes by itself. */
    private static final Set<String> DEFINITIVE = Set.of(
            "invalid_client",
            "unauthorized_client",
            "invalid_scope",
            "invalid_request",
            "invalid_grant",
            "invalid_resource",
            "invalid_target",
            "unsupported_grant_type",
            "consent_required",
            "interaction_required",
            "access_denied");

    private final AzureCredentials credentials;
    private final HttpSender http;
    private final String scope;
    private final Time time;
    private final Duration timeout;
    private final ClientAssertion assertion;

    /**
     * The endpoint of these credentials.
     *
     * @param credentials checked before
     * @param organization the organization's URL, which the scope is made of
     * @param time the clock
     * @param timeout of one request
     */
    public HttpTokenEndpoint(
            AzureCredentials credentials, HttpSender http, URI organization, Time time, Duration timeout) {
        this.credentials = credentials;
        this.http = http;
        this.scope = scope(organization);
        this.time = time;
        this.timeout = timeout;
        this.assertion = new ClientAssertion(credentials.clientId(), credentials.tokenEndpoint(), time);
    }

    /** The scope of an organization: whatever the application user may do there. */
    static String scope(URI organization) {
        return organization.toString().replaceFirst("/+$", "") + "/.default";
    }

    @Override
    public Uni<Token> fetch() {
        var asked = proof().flatMap(proof -> http.send(call(proof)).map(answer -> token(answer, proof)))
                .onFailure(failure -> !(failure instanceof DynamicsException || failure instanceof Refused))
                .transform(HttpTokenEndpoint::failure);
        return Uni.combine().any().of(asked, time.after(timeout).map(ignored -> {
            throw weather("the token endpoint did not answer within " + timeout, Optional.empty());
        }));
    }

    private HttpCall call(Map<String, String> proof) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        form.put("client_id", credentials.clientId());
        form.put("scope", scope);
        form.putAll(proof);
        var body = form.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var headers = Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json");
        return HttpCall.post(
                credentials.tokenEndpoint(),
                headers,
                body.getBytes(StandardCharsets.UTF_8),
                timeout,
                HttpCall.Repeat.HARMLESS);
    }

    /** What shows that it is this client who asks. */
    private Uni<Map<String, String>> proof() {
        return switch (credentials.credential()) {
            case Credential.Secret secret -> Uni.createFrom().item(Map.of("client_secret", secret.value()));
            case Credential.Certificate certificate -> assertion(() -> assertion.sign(certificate));
            case Credential.Federated federated -> assertion(federated::read);
        };
    }

    /** Files are read anew each time, as they are renewed; off the event loop. */
    private static Uni<Map<String, String>> assertion(Supplier<String> jwt) {
        return Uni.createFrom()
                .item(jwt)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .map(signed -> Map.of("client_assertion_type", ASSERTION_TYPE, "client_assertion", signed));
    }

    private Token token(HttpAnswer answer, Map<String, String> proof) {
        if (answer.status() != 200) {
            throw refusal(answer, proof);
        }
        var json = json(answer);
        if (!(json.getValue("access_token") instanceof String token) || token.isBlank()) {
            // None of its words: they may be a token, in a form that is not understood.
            throw weather(
                    "the token endpoint answered 200 without one (%s)"
                            .formatted(answer.header("Content-Type")
                                    .map(type -> CleanText.of(type, CleanText.SHORT))
                                    .orElse("of no content type")),
                    Optional.empty());
        }
        return new Token(token, expiry(json));
    }

    /** Entra ID's other endpoints write the number as a text. */
    private Instant expiry(JsonObject json) {
        var seconds = String.valueOf(json.getValue("expires_in"));
        var life = SECONDS.matcher(seconds).matches()
                ? Duration.ofSeconds(Math.min(Long.parseLong(seconds), MAX_LIFE))
                : DEFAULT_LIFE;
        return time.now().plus(life);
    }

    private RuntimeException refusal(HttpAnswer answer, Map<String, String> proof) {
        var said = ErrorBody.of(answer);
        var definitive = said.code().filter(DEFINITIVE::contains);
        if (definitive.isPresent()) {
            var entra = ENTRA_ERROR.matcher(answer.body());
            return new Refused("the token endpoint refuses this client: %s%s; check the AZURE_* settings"
                    .formatted(definitive.orElseThrow(), entra.find() ? " (" + entra.group() + ")" : ""));
        }
        // It may give back what was sent.
        var words = said.message().filter(message -> proof.values().stream().noneMatch(message::contains));
        return weather(
                "the token endpoint answered %d%s"
                        .formatted(
                                answer.status(),
                                words.map(message -> ": " + CleanText.of(message, CleanText.SHORT))
                                        .orElse("")),
                Answers.retryAfter(answer, time.now()));
    }

    private static JsonObject json(HttpAnswer answer) {
        try {
            return answer.body().isBlank() ? new JsonObject() : new JsonObject(answer.body());
        } catch (DecodeException e) {
            return new JsonObject();
        }
    }

    private static RuntimeException failure(Throwable failure) {
        return failure instanceof UnreadableCredential || failure instanceof NoAnswer
                ? weather(String.valueOf(failure.getMessage()), Optional.empty())
                : weather("the token endpoint is not available", Optional.empty());
    }

    private static Weather weather(String reason, Optional<Duration> retryAfter) {
        return new Weather("no token: " + reason, retryAfter, null);
    }
}
