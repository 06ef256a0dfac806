package io.segmentrelay.trigger.lambda;

import java.util.Set;

import io.quarkus.runtime.configuration.ConfigurationException;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The client secret, read from AWS Secrets Manager when it is first asked for: in the function's configuration it would be
 * there for everybody to read. A rotated secret is picked up by new execution environments.
 */
final class SecretReference implements ConfigSource {

    /** Names the secret. */
    static final String SETTING = "AZURE_CLIENT_SECRET_ARN";

    private static final String SECRET = "AZURE_CLIENT_SECRET";

    /** Under the environment: a secret that is set there wins. */
    private static final int ORDINAL = 240;

    private final String arn;
    private @Nullable String secret;

    SecretReference(String arn) {
        this.arn = arn;
    }

    @Override
    public synchronized @Nullable String getValue(String name) {
        if (!name.equals(SECRET)) {
            return null;
        }
        if (secret == null) {
            secret = fetch();
        }
        return secret;
    }

    private String fetch() {
        try (var client = SecretsManagerClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            return client.getSecretValue(request -> request.secretId(arn)).secretString();
        } catch (SdkException e) {
            throw new ConfigurationException(
                    "%s is \"%s\": it must name a secret in AWS Secrets Manager that the function may read (%s)"
                            .formatted(SETTING, arn, e.getMessage()));
        }
    }

    @Override
    public Set<String> getPropertyNames() {
        return Set.of(SECRET);
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    @Override
    public String getName() {
        return "AWS Secrets Manager";
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return getName();
    }
}
