package io.segmentrelay.config;

import java.util.HashMap;
import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PlainSettingsTest {

    private static final String URL = "relay.dynamics.url";

    @ParameterizedTest
    @ValueSource(
            strings = {
                URL,
                "relay.poll.interval",
                "relay.sqs.pending-url",
                "K_SINK",
                "K_CE_OVERRIDES",
                "AZURE_TENANT_ID",
                "AZURE_CLIENT_SECRET",
                "AZURE_CLIENT_SECRET_ARN",
                "AZURE_FEDERATED_TOKEN_FILE",
                "kafka.bootstrap.servers"
            })
    void leavesOutWhatIsAroundAValue(String name) {
        // When
        var config = config(Map.of(name, " \t\r\nhttp://a\n"));

        // Then
        assertThat(config.getValue(name, String.class)).isEqualTo("http://a");
    }

    @ParameterizedTest
    @CsvSource({
        "https://contoso.crm4.dynamics.com/",
        "https://contoso.crm4.dynamics.com//",
        "https://contoso.crm4.dynamics.com/api/data/v9.2/",
        "https://contoso.api.crm4.dynamics.com",
        "https://contoso.api.crm4.dynamics.com/api/data/v9.2",
        "https://contoso.crm4.dynamics.com/api/data",
        "https://contoso.crm4.dynamics.com/XRMServices/2011/Organization.svc",
        "https://contoso.crm4.dynamics.com/main.aspx",
        "https://contoso.crm4.dynamics.com/main.aspx?appid=1&pagetype=dashboard",
        "https://contoso.crm4.dynamics.com/#/home",
        "https://contoso.crm4.dynamics.com#/home",
        "https://contoso.crm4.dynamics.com:443/",
        "HTTPS://Contoso.CRM4.Dynamics.com/Main.aspx"
    })
    void takesAnAddressOfTheOrganizationAsTheOrganization(String address) {
        // When
        var config = config(Map.of(
                URL, address + "\n", "quarkus.rest-client.dynamics.url", "${relay.dynamics.url:http://x.invalid}"));

        // Then
        assertThat(config.getValue(URL, String.class)).isEqualTo("https://contoso.crm4.dynamics.com");
        assertThat(config.getValue("quarkus.rest-client.dynamics.url", String.class))
                .as("the same in an expression")
                .isEqualTo("https://contoso.crm4.dynamics.com");
    }

    @Test
    void takesWhatAnExpressionGivesTheSameWay() {
        // When
        var config =
                config(Map.of("ORGANIZATION", "https://contoso.crm4.dynamics.com/main.aspx\n", URL, "${ORGANIZATION}"));

        // Then
        assertThat(config.getValue(URL, String.class)).isEqualTo("https://contoso.crm4.dynamics.com");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080/, http://localhost:8080",
        "http://[::1]:8080, http://[::1]:8080",
        "https://contoso.api.crm.dynamics.cn/, https://contoso.crm.dynamics.cn",
        "https://contoso.api.crm9.dynamics.com/, https://contoso.crm9.dynamics.com",
        "https://contoso.api.crm.microsoftdynamics.us/api/, https://contoso.crm.microsoftdynamics.us",
        "https://api.crm.example, https://api.crm.example"
    })
    void knowsOtherCloudsAndOtherServers(String address, String organization) {
        assertThat(config(Map.of(URL, address)).getValue(URL, String.class)).isEqualTo(organization);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://contoso.example/a/proxy",
                "https://user:pw@contoso.crm4.dynamics.com",
                "contoso.crm4.dynamics.com",
                "https://contoso .example"
            })
    void leavesForTheCheckWhatMayMeanSomethingElse(String address) {
        assertThat(config(Map.of(URL, address)).getValue(URL, String.class)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quarkus.log.console.format", "mp.messaging.incoming.segment-requests.topic"})
    void leavesTheSettingsOfOthersAlone(String name) {
        assertThat(config(Map.of(name, " a ")).getValue(name, String.class)).isEqualTo(" a ");
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredInterceptors()
                .withSources(new PropertiesConfigSource(new HashMap<>(settings), "test", 300))
                .build();
    }
}
