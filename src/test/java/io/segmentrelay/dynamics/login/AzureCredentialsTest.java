package io.segmentrelay.dynamics.login;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class AzureCredentialsTest {

    @Test
    void nothingSetNamesAllThatIsMissing() {
        // When
        var problems = of(Map.of()).problems();

        // Then
        assertThat(problems).hasSize(3).noneMatch(line -> line.contains("\n"));
        assertThat(problems.get(0)).startsWith("AZURE_TENANT_ID is missing");
        assertThat(problems.get(1)).startsWith("AZURE_CLIENT_ID is missing");
        assertThat(problems.get(2))
                .startsWith(
                        "AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "AZURE_TENANT_ID, a/b, AZURE_TENANT_ID is wrong",
        "AZURE_AUTHORITY_HOST, login.microsoftonline.com, AZURE_AUTHORITY_HOST is wrong",
        "AZURE_AUTHORITY_HOST, ftp://x/, AZURE_AUTHORITY_HOST is wrong",
        "AZURE_AUTHORITY_HOST, https://login.microsoftonline.com/contoso.onmicrosoft.com, AZURE_AUTHORITY_HOST is wrong",
        "AZURE_AUTHORITY_HOST, https://login.microsoftonline.com/common/oauth2/v2.0/token, AZURE_AUTHORITY_HOST is wrong",
        "AZURE_AUTHORITY_HOST, https://login.microsoftonline.com/?tenant=contoso, AZURE_AUTHORITY_HOST is wrong",
        "AZURE_AUTHORITY_HOST, https://user:pw@login.microsoftonline.com/, AZURE_AUTHORITY_HOST is wrong"
    })
    void aWrongSettingIsNamed(String name, String value, String problem) {
        // When
        var problems = of(Map.of("AZURE_CLIENT_SECRET", "s", name, value)).problems();

        // Then
        assertThat(problems).filteredOn(line -> line.startsWith(problem)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"})
    void aFileThatIsNotThereIsNamed(String name) {
        // When
        var problems = complete(Map.of(name, "/nowhere/file")).problems();

        // Then
        assertThat(problems).containsExactly(name + ": the file cannot be read");
    }

    @Test
    void aFileThatIsNoCertificateIsNamed(@TempDir Path directory) throws IOException {
        // Given
        var file = Files.writeString(directory.resolve("x.pem"), "-----BEGIN PRIVATE KEY-----\nsecret\n");

        // When
        var problems = complete(Map.of("AZURE_CLIENT_CERTIFICATE_PATH", file.toString()))
                .problems();

        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("AZURE_CLIENT_CERTIFICATE_PATH")
                .doesNotContain("secret");
    }

    @Test
    void theFirstOfTheAzureSdksOrderCounts() {
        // When
        var credentials = complete(Map.of(
                "AZURE_CLIENT_SECRET", "hidden",
                "AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere",
                "AZURE_FEDERATED_TOKEN_FILE", "/nowhere"));

        // Then
        assertThat(credentials.problems()).isEmpty();
        assertThat(credentials.credential()).isEqualTo(new Credential.Secret("hidden"));
        assertThat(credentials.toString()).doesNotContain("hidden");
    }

    @ParameterizedTest
    @CsvSource({
        ", https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
        "https://login.chinacloudapi.cn, https://login.chinacloudapi.cn/tenant/oauth2/v2.0/token",
        "http://localhost:8081/, http://localhost:8081/tenant/oauth2/v2.0/token",
        "'https://login.microsoftonline.com\n', https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
        "https://login.microsoftonline.com/tenant, https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
        "https://login.microsoftonline.us/Tenant/v2.0/, https://login.microsoftonline.us/tenant/oauth2/v2.0/token",
        "https://login.microsoftonline.com/tenant/oauth2/token, https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
        "https://login.microsoftonline.com/tenant/oauth2/v2.0/token, https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
        "https://login.microsoftonline.com/tenant/v2.0/.well-known/openid-configuration, https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
    })
    void theTokenEndpointIsMadeOfHostAndTenant(@Nullable String host, String expected) {
        // When
        var endpoint = complete(host == null ? Map.of() : Map.of("AZURE_AUTHORITY_HOST", host))
                .tokenEndpoint();

        // Then
        assertThat(endpoint).isEqualTo(expected);
    }

    private static AzureCredentials complete(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("AZURE_TENANT_ID", "tenant");
        settings.put("AZURE_CLIENT_ID", "relay");
        return of(settings);
    }

    private static AzureCredentials of(Map<String, String> settings) {
        return AzureCredentials.of(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build());
    }
}
