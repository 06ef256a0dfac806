package io.segmentrelay.dynamics.login;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.OidcClients;
import io.quarkus.oidc.client.runtime.OidcClientConfig;
import io.quarkus.oidc.common.runtime.config.OidcClientCommonConfig.Credentials.Secret.Method;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.login.AzureCredentials.Credential;
import io.segmentrelay.dynamics.login.TokenExchange.NoToken;
import io.segmentrelay.http.CleanText;
import io.segmentrelay.http.ErrorBody;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.HttpCall;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.http.NoAnswer;
import io.segmentrelay.time.Time;

/**
 * Microsoft Entra ID's token endpoint, or one of its shape: OAuth 2.0 client credentials over quarkus-oidc-client, with
 * {@link TokenExchange} as its filter.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">
 *     OAuth 2.0 client credentials flow</a>
 */
public final class OidcTokenEndpoint implements TokenEndpoint {

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Pattern ENTRA_ERROR = Pattern.compile("AADSTS[0-9]{1,9}");
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
    private final OidcClients clients;
    private final OidcClientConfig config;
    private final HttpSender http;
    private final Time time;
    private final Duration timeout;
    private final ClientAssertion assertion;
    private volatile @Nullable OidcClient client;

    /**
     * The endpoint of these credentials.
     *
     * @param credentials checked before
     * @param clients makes the client
     * @param tls the name of the client's TLS configuration, without which it has the defaults of the JVM, whatever the registry's are
     * @param http finds out why there is no connection
     * @param organization the organization's URL, which the scope is made of
     * @param time the clock
     * @param timeout of one request
     */
    public OidcTokenEndpoint(
            AzureCredentials credentials,
            OidcClients clients,
            Optional<String> tls,
            HttpSender http,
            URI organization,
            Time time,
            Duration timeout) {
        this.credentials = credentials;
        this.clients = clients;
        this.config = config(credentials, tls, organization, timeout);
        this.http = http;
        this.time = time;
        this.timeout = timeout;
        this.assertion = new ClientAssertion(credentials.clientId(), credentials.tokenEndpoint(), time);
    }

    /** Connections are not kept: the one repeat is for one that is reset at once. */
    private static OidcClientConfig config(
            AzureCredentials credentials, Optional<String> tls, URI organization, Duration timeout) {
        var builder = OidcClientConfig.builder()
                .id("dynamics")
                .discoveryEnabled(false)
                .tokenPath(credentials.tokenEndpoint())
                .clientId(credentials.clientId())
                .scopes(scope(organization))
                .followRedirects(false)
                .connectionRetryCount(1)
                .connectionTimeout(timeout);
        tls.ifPresent(builder::tlsConfigurationName);
        if (credentials.credential() instanceof Credential.Secret secret) {
            builder.credentials().clientSecret(secret.value(), Method.POST).end();
        }
        return builder.build();
    }

    /** The scope of an organization: whatever the application user may do there. */
    static String scope(URI organization) {
        return organization.toString().replaceFirst("/+$", "") + "/.default";
    }

    @Override
    public Uni<Token> fetch() {
        var asked = assertion()
                .flatMap(assertion -> client().flatMap(ready -> ready.getTokens(assertion))
                        .map(OidcTokenEndpoint::token)
                        .onFailure(NoToken.class)
                        .transform(failure -> said(failure.answer(), assertion)))
                .onFailure(failure -> !(failure instanceof DynamicsException || failure instanceof Refused))
                .recoverWithUni(this::unavailable);
        return Uni.combine().any().of(asked, time.after(timeout).map(ignored -> {
            throw weather("the token endpoint did not answer within " + timeout, Optional.empty());
        }));
    }

    /** Made when it is first wanted: a failure to make it is not kept. */
    private Uni<OidcClient> client() {
        var made = client;
        return made != null
                ? Uni.createFrom().item(made)
                : clients.newClient(config).invoke(ready -> client = ready);
    }

    private static Token token(io.quarkus.oidc.client.Tokens tokens) {
        return new Token(
                tokens.getAccessToken(),
                Instant.ofEpochSecond(Objects.requireNonNull(tokens.getAccessTokenExpiresAt())));
    }

    /** What shows that it is this client who asks, where that is no secret. */
    private Uni<Map<String, String>> assertion() {
        return switch (credentials.credential()) {
            case Credential.Secret ignored -> Uni.createFrom().item(Map.of());
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

    /** What the endpoint says in the place of a token. */
    private RuntimeException said(HttpAnswer answer, Map<String, String> assertion) {
        if (answer.status() == 200) {
            // None of its words: they may be a token, in a form that is not understood.
            return weather(
                    "the token endpoint answered 200 without one (%s)"
                            .formatted(answer.header("Content-Type")
                                    .map(type -> CleanText.of(type, CleanText.SHORT))
                                    .orElse("of no content type")),
                    Optional.empty());
        }
        var said = ErrorBody.of(answer);
        var definitive = said.code().filter(DEFINITIVE::contains);
        if (definitive.isPresent()) {
            var entra = ENTRA_ERROR.matcher(answer.body());
            return new Refused("the token endpoint refuses this client: %s%s; check the AZURE_* settings"
                    .formatted(definitive.orElseThrow(), entra.find() ? " (" + entra.group() + ")" : ""));
        }
        var words = said.message().filter(message -> isHarmless(message, assertion));
        return weather(
                "the token endpoint answered %d%s"
                        .formatted(
                                answer.status(),
                                words.map(message -> ": " + CleanText.of(message, CleanText.SHORT))
                                        .orElse("")),
                Answers.retryAfter(answer, time.now()));
    }

    /** It may give back what was sent. */
    private boolean isHarmless(String message, Map<String, String> assertion) {
        return assertion.values().stream().noneMatch(message::contains)
                && !(credentials.credential() instanceof Credential.Secret secret && message.contains(secret.value()));
    }

    /** The client keeps to itself why it got no answer: a request to the same address, with nothing in it, finds it out. */
    private Uni<Token> unavailable(Throwable failure) {
        if (failure instanceof AzureCredentials.Unreadable) {
            return Uni.createFrom().failure(weather(String.valueOf(failure.getMessage()), Optional.empty()));
        }
        return http.send(HttpCall.get(credentials.tokenEndpoint(), Map.of(), timeout))
                .onItemOrFailure()
                .transformToUni((answer, none) -> Uni.createFrom()
                        .failure(weather(
                                none instanceof NoAnswer
                                        ? String.valueOf(none.getMessage())
                                        : "the token endpoint is not available",
                                Optional.empty())));
    }

    private static Weather weather(String reason, Optional<Duration> retryAfter) {
        return new Weather("no token: " + reason, retryAfter, null);
    }
}
