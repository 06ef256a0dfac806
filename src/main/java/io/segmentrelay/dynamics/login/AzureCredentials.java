package io.segmentrelay.dynamics.login;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

import io.segmentrelay.config.AuthorityHost;

/**
 * Who the relay is in Microsoft Entra ID, under the names that the Azure SDKs use.
 *
 * @see <a href="https://learn.microsoft.com/java/api/com.azure.identity.environmentcredential">EnvironmentCredential</a>
 */
public final class AzureCredentials {

    private static final String TENANT = "AZURE_TENANT_ID";
    private static final String CLIENT = "AZURE_CLIENT_ID";
    private static final String SECRET = "AZURE_CLIENT_SECRET";
    private static final String CERTIFICATE = "AZURE_CLIENT_CERTIFICATE_PATH";
    private static final String CERTIFICATE_PASSWORD = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
    private static final String FEDERATED = "AZURE_FEDERATED_TOKEN_FILE";
    private static final String AUTHORITY = "AZURE_AUTHORITY_HOST";
    private static final String DEFAULT_AUTHORITY = "https://login.microsoftonline.com/";

    /** How the relay proves who it is. */
    public sealed interface Credential {

        /** A client secret. */
        record Secret(String value) implements Credential {
            /** Without the secret. */
            @Override
            public String toString() {
                return "Secret[]";
            }
        }

        /**
         * A certificate and its key, in PEM (PKCS #8) or PKCS #12.
         *
         * @param path the file, which may be renewed at any time
         * @param password of a PKCS #12 file
         */
        record Certificate(Path path, Optional<String> password) implements Credential {

            /**
             * Reads the file.
             *
             * @throws Unreadable where it does not hold both
             */
            public KeyPair read() {
                return CertificateFile.read(path, password);
            }

            /** Without the password. */
            @Override
            public String toString() {
                return "Certificate[path=%s]".formatted(path);
            }
        }

        /**
         * A token of another issuer that Entra ID trusts, such as a Kubernetes service account's.
         *
         * @param path the file, which is renewed every hour or so
         */
        record Federated(Path path) implements Credential {

            /**
             * Reads the file.
             *
             * @throws Unreadable where there is none, or nothing in it
             */
            public String read() {
                try {
                    var token =
                            Files.readString(path, StandardCharsets.US_ASCII).strip();
                    if (token.isEmpty()) {
                        throw new Unreadable("%s: the file is empty".formatted(FEDERATED));
                    }
                    return token;
                } catch (IOException e) {
                    throw new Unreadable("%s: the file cannot be read".formatted(FEDERATED));
                }
            }
        }
    }

    /**
     * A certificate and its key.
     *
     * @param key private
     * @param certificate of the key
     */
    public record KeyPair(PrivateKey key, X509Certificate certificate) {
        /** Without the key. */
        @Override
        public String toString() {
            return "KeyPair[]";
        }
    }

    /** A file does not hold what it should. The message names the setting, and nothing of the content. */
    public static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    private final Optional<String> tenant;
    private final Optional<String> clientId;
    private final Optional<Credential> credential;
    private final Optional<String> authority;
    private final List<String> problems;

    private AzureCredentials(Settings settings) {
        tenant = settings.get(TENANT);
        clientId = settings.get(CLIENT);
        credential = credential(settings);
        authority = AuthorityHost.of(settings.get(AUTHORITY).orElse(DEFAULT_AUTHORITY), tenant);
        problems = List.copyOf(findProblems());
    }

    /** As they are set, in the environment or any other source of configuration. */
    public static AzureCredentials of(Config config) {
        return new AzureCredentials(name ->
                config.getOptionalValue(name, String.class).map(String::strip).filter(value -> !value.isEmpty()));
    }

    /** What is missing or wrong, one line each that names the setting and what it may be; files are looked into. */
    public List<String> problems() {
        return problems;
    }

    /** The application's id; only where there are no {@link #problems}. */
    public String clientId() {
        return clientId.orElseThrow();
    }

    /** What it proves itself with; only where there are no {@link #problems}. */
    public Credential credential() {
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
    private interface Settings {
        Optional<String> get(String name);
    }

    /** Where several are set, the first of these counts: the order of the Azure SDKs. */
    private static Optional<Credential> credential(Settings settings) {
        var password = settings.get(CERTIFICATE_PASSWORD);
        return settings.get(SECRET)
                .<Credential>map(Credential.Secret::new)
                .or(() -> path(settings, CERTIFICATE).map(path -> new Credential.Certificate(path, password)))
                .or(() -> path(settings, FEDERATED).map(Credential.Federated::new));
    }

    private static Optional<Path> path(Settings settings, String name) {
        try {
            return settings.get(name).map(Path::of);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private List<String> findProblems() {
        var found = new ArrayList<String>();
        if (tenant.isEmpty()) {
            found.add(TENANT + " is missing: set it to the directory's (tenant's) id or domain");
        } else if (!tenant.orElseThrow().matches("[0-9A-Za-z.-]+")) {
            found.add(TENANT + " is wrong: it may be a GUID or a domain name");
        }
        if (clientId.isEmpty()) {
            found.add(CLIENT + " is missing: set it to the id of the application that is registered in Entra ID");
        }
        if (authority.isEmpty()) {
            found.add(
                    "%s is wrong: it may be a URL such as %s, without a name or password, and without a tenant other than %s"
                            .formatted(AUTHORITY, DEFAULT_AUTHORITY, TENANT));
        }
        if (credential.isEmpty()) {
            found.add(
                    "%s, %s or %s is missing: set one of them to a client secret, the path of a PEM or PKCS #12 file, or the path of a token file"
                            .formatted(SECRET, CERTIFICATE, FEDERATED));
        } else {
            unreadable(credential.orElseThrow()).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<String> unreadable(Credential credential) {
        try {
            switch (credential) {
                case Credential.Secret ignored -> {}
                case Credential.Certificate certificate -> certificate.read();
                case Credential.Federated federated -> federated.read();
            }
            return Optional.empty();
        } catch (Unreadable e) {
            return Optional.ofNullable(e.getMessage());
        }
    }
}
