package io.segmentrelay.dynamics;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.OidcClientException;
import io.quarkus.oidc.client.OidcClients;
import io.quarkus.oidc.client.runtime.OidcClientConfig;
import io.quarkus.oidc.common.runtime.config.OidcClientCommonConfig.Credentials.Secret.Method;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.AzureCredentials;
import io.segmentrelay.config.AzureCredentials.Credential;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.time.Time;

/**
 * Microsoft Entra ID's token endpoint, or one of its shape: OAuth 2.0 client credentials over quarkus-oidc-client.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">
 *     OAuth 2.0 client credentials flow</a>
 */
final class OidcTokenEndpoint implements TokenEndpoint {

    /** Where the endpoint does not say how long a token lives. */
    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

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
    private final Time time;
    private final Duration timeout;
    private final ClientAssertion assertion;
    private volatile @Nullable OidcClient client;

    /**
     * @param credentials checked before
     * @param clients makes the client
     * @param organization the organization's URL, which the scope is made of
     * @param time the clock
     * @param timeout of one request
     */
    OidcTokenEndpoint(
            AzureCredentials credentials, OidcClients clients, URI organization, Time time, Duration timeout) {
        this.credentials = credentials;
        this.time = time;
        this.timeout = timeout;
        this.assertion = new ClientAssertion(credentials.clientId(), credentials.tokenEndpoint(), time);
        this.clients = clients;
        this.config = config(credentials, organization, timeout);
    }

    /** The scope of an organization: whatever the application user may do there. */
    static String scope(URI organization) {
        return organization.toString().replaceFirst("/+$", "") + "/.default";
    }

    @Override
    public Uni<Token> fetch() {
        var asked = client().flatMap(ready -> grantParameters().flatMap(ready::getTokens))
                .map(tokens -> token(
                        Optional.ofNullable(tokens.getAccessToken()),
                        Optional.ofNullable(tokens.getAccessTokenExpiresAt())))
                .onFailure(failure -> !(failure instanceof DynamicsException))
                .transform(OidcTokenEndpoint::failure);
        return Uni.combine().any().of(asked, time.after(timeout).map(ignored -> {
            throw new Weather("no token: the token endpoint did not answer within " + timeout, Optional.empty(), null);
        }));
    }

    /** Made when it is first wanted: a failure to make it is not kept. */
    private Uni<OidcClient> client() {
        var made = client;
        return made != null
                ? Uni.createFrom().item(made)
                : clients.newClient(config).invoke(ready -> client = ready);
    }

    private Token token(Optional<String> value, Optional<Long> expiresAt) {
        return new Token(
                value.filter(text -> !text.isBlank())
                        .orElseThrow(() -> new Weather(
                                "no token: the token endpoint answered without one", Optional.empty(), null)),
                expiresAt.map(Instant::ofEpochSecond).orElse(time.now().plus(DEFAULT_LIFE)));
    }

    private Uni<Map<String, String>> grantParameters() {
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

    private static OidcClientConfig config(AzureCredentials credentials, URI organization, Duration timeout) {
        var builder = OidcClientConfig.builder()
                .id("dynamics")
                .discoveryEnabled(false)
                .tokenPath(credentials.tokenEndpoint())
                .clientId(credentials.clientId())
                .scopes(scope(organization))
                .followRedirects(false)
                .connectionTimeout(timeout);
        if (credentials.credential() instanceof Credential.Secret secret) {
            builder.credentials().clientSecret(secret.value(), Method.POST).end();
        }
        return builder.build();
    }

    /** Where the endpoint answered with an error, the exception's message is the answer's body. */
    private static RuntimeException failure(Throwable failure) {
        if (failure instanceof AzureCredentials.Unreadable unreadable) {
            return new Weather("no token: " + unreadable.getMessage(), Optional.empty(), null);
        }
        if (failure instanceof OidcClientException) {
            var body = String.valueOf(failure.getMessage());
            var error = error(body);
            if (error.filter(DEFINITIVE::contains).isPresent()) {
                var entra = ENTRA_ERROR.matcher(body);
                return new Refused("the token endpoint refuses this client: %s%s; check the AZURE_* settings"
                        .formatted(error.orElseThrow(), entra.find() ? " (" + entra.group() + ")" : ""));
            }
        }
        // Not as the cause: its message may be the body of a proxy's page.
        return new Weather("no token: the token endpoint is not available", Optional.empty(), null);
    }

    private static Optional<String> error(String body) {
        try {
            return new JsonObject(body).getValue("error") instanceof String error
                    ? Optional.of(error)
                    : Optional.empty();
        } catch (DecodeException e) {
            return Optional.empty();
        }
    }
}
