package io.segmentrelay.dynamics.login;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

import io.segmentrelay.config.MoreSettings;

/**
 * Who the relay is in Microsoft Entra ID, under the names that the Azure SDKs use.
 *
 * @see <a href="https://learn.microsoft.com/java/api/com.azure.identity.environmentcredential">EnvironmentCredential</a>
 */
public final class AzureCredentials implements MoreSettings {

    private static final String DEFAULT_AUTHORITY = "https://login.microsoftonline.com/";

    private final Optional<String> tenant;
    private final Optional<String> clientId;
    private final Optional<Credential> credential;
    private final Optional<String> authority;
    private final List<String> problems;

    private AzureCredentials(Lookup settings) {
        tenant = settings.get(AzureSettings.TENANT);
        clientId = settings.get(AzureSettings.CLIENT);
        credential = credential(settings);
        authority = AuthorityHost.of(settings.get(AzureSettings.AUTHORITY).orElse(DEFAULT_AUTHORITY), tenant);
        problems = List.copyOf(findProblems());
    }

    /** As they are set, in the environment or any other source of configuration. */
    public static AzureCredentials of(Config config) {
        return new AzureCredentials(name ->
                config.getOptionalValue(name, String.class).map(String::strip).filter(value -> !value.isEmpty()));
    }

    /** What is missing or wrong, one line each that names the setting and what it may be; files are looked into. */
    @Override
    public List<String> problems() {
        return problems;
    }

    /** The application's id; only where there are no {@link #problems}. */
    public String clientId() {
        return clientId.orElseThrow();
    }

    /** What it proves itself with; only where there are no {@link #problems}. */
    Credential credential() {
        return credential.orElseThrow();
    }

    /** The URL of the token endpoint; only where there are no {@link #problems}. */
    public String tokenEndpoint() {
        return "%s/%s/oauth2/v2.0/token".formatted(authority.orElseThrow(), tenant.orElseThrow());
    }

    /** Without any secret. */
    @Override
    public String toString() {
        return "AzureCredentials[tenant=%s, clientId=%s, credential=%s]".formatted(tenant, clientId, credential);
    }

    @FunctionalInterface
    private interface Lookup {
        Optional<String> get(String name);
    }

    /** Where several are set, the first of these counts: the order of the Azure SDKs. */
    private static Optional<Credential> credential(Lookup settings) {
        var password = settings.get(AzureSettings.CERTIFICATE_PASSWORD);
        return settings.get(AzureSettings.SECRET)
                .<Credential>map(Credential.Secret::new)
                .or(() -> path(settings, AzureSettings.CERTIFICATE)
                        .map(path -> new Credential.Certificate(path, password)))
                .or(() -> path(settings, AzureSettings.FEDERATED).map(Credential.Federated::new));
    }

    private static Optional<Path> path(Lookup settings, String name) {
        try {
            return settings.get(name).map(Path::of);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private List<String> findProblems() {
        var found = new ArrayList<String>();
        if (tenant.isEmpty()) {
            found.add(AzureSettings.TENANT + " is missing: set it to the directory's (tenant's) id or domain");
        } else if (!tenant.orElseThrow().matches("[0-9A-Za-z.-]+")) {
            found.add(AzureSettings.TENANT + " is wrong: it may be a GUID or a domain name");
        }
        if (clientId.isEmpty()) {
            found.add(AzureSettings.CLIENT
                    + " is missing: set it to the id of the application that is registered in Entra ID");
        }
        if (authority.isEmpty()) {
            found.add(
                    "%s is wrong: it may be a URL such as %s, without a name or password, and without a tenant other than %s"
                            .formatted(AzureSettings.AUTHORITY, DEFAULT_AUTHORITY, AzureSettings.TENANT));
        }
        if (credential.isEmpty()) {
            found.add(
                    "%s, %s or %s is missing: set one of them to a client secret, the path of a PEM or PKCS #12 file, or the path of a token file"
                            .formatted(AzureSettings.SECRET, AzureSettings.CERTIFICATE, AzureSettings.FEDERATED));
        } else {
            credential.orElseThrow().problem().ifPresent(found::add);
        }
        return found;
    }
}
