package io.segmentrelay.packaging;

import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code deploy/compose.yaml} and what it mounts. */
class ComposeTest {

    private static final JsonNode COMPOSE = Repository.yaml(Repository.DEPLOY.resolve("compose.yaml"));
    private static final JsonNode RELAY = COMPOSE.at("/services/relay");

    @Test
    void theRelayIsGivenSettingsThatExist() {
        assertThat(RELAY.path("environment").fieldNames())
                .toIterable()
                .isNotEmpty()
                .allMatch(KnownSettings::contains);
    }

    @Test
    void whatIsSecretOrYoursComesFromOutside() {
        assertThat(RELAY.path("environment").properties())
                .filteredOn(setting -> !setting.getKey().startsWith("KAFKA_"))
                .allMatch(setting -> setting.getValue().asText().startsWith("${" + setting.getKey() + ":?"));
    }

    @Test
    void theRelayIsHardened() {
        assertThat(RELAY.path("read_only").asBoolean()).isTrue();
        assertThat(RELAY.path("cap_drop")).extracting(JsonNode::asText).containsExactly("ALL");
        assertThat(RELAY.path("security_opt")).extracting(JsonNode::asText).containsExactly("no-new-privileges:true");
        assertThat(RELAY.path("tmpfs"))
                .extracting(JsonNode::asText)
                .singleElement()
                .asString()
                .startsWith("/tmp:exec");
        assertThat(RELAY.path("stop_grace_period").asText()).isEqualTo("15s");
    }

    @Test
    void eachImageIsPinned() {
        // Given
        var images = COMPOSE.path("services").findValuesAsText("image");

        // Then
        assertThat(images).hasSize(4).allMatch(image -> image.matches("[a-z/-]+:v?\\d+\\.\\d+\\.\\d+"));
        assertThat(images)
                .contains(
                        "segment-relay:" + Repository.version(),
                        "apache/kafka:" + Repository.pom("<kafka.version>([^<]+)<"));
    }

    @Test
    void portsAreOpenOnThisMachineOnly() {
        assertThat(COMPOSE.path("services").findValues("ports").stream()
                        .flatMap(ports -> StreamSupport.stream(ports.spliterator(), false)))
                .hasSize(4)
                .allMatch(port -> port.asText().startsWith("127.0.0.1:"));
    }

    @Test
    void whatIsMountedExists() {
        // Given
        var volumes = COMPOSE.path("services").findValues("volumes").stream()
                .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
                .map(volume -> volume.asText().replaceFirst(":.*", ""))
                .toList();

        // Then
        assertThat(volumes).hasSize(5).allSatisfy(volume -> {
            if (volume.startsWith(".")) {
                assertThat(Repository.DEPLOY.resolve(volume)).isDirectory();
            } else {
                assertThat(COMPOSE.path("volumes").has(volume)).isTrue();
            }
        });
        assertThat(Repository.DEPLOY
                        .resolve(RELAY.at("/build/context").asText())
                        .resolve(RELAY.at("/build/dockerfile").asText()))
                .exists();
    }

    @Test
    void theRelayReadsTheListenerInsideTheNetwork() {
        // Given
        var advertised = COMPOSE.at("/services/kafka/environment/KAFKA_ADVERTISED_LISTENERS")
                .asText();

        // Then
        assertThat(advertised)
                .contains("INSIDE://"
                        + RELAY.at("/environment/KAFKA_BOOTSTRAP_SERVERS").asText());
    }

    @Test
    void prometheusAsksTheRelayWhereItAnswers() {
        // Given
        var prometheus = Repository.yaml(Repository.DEPLOY.resolve("prometheus/prometheus.yml"));
        var scrape = prometheus.at("/scrape_configs/0");

        // Then
        assertThat(scrape.path("metrics_path").asText()).isEqualTo("/q/metrics");
        assertThat(scrape.at("/static_configs/0/targets/0").asText()).isEqualTo("relay:8080");
        assertThat(prometheus.path("rule_files"))
                .allMatch(file -> Repository.DEPLOY
                        .resolve("prometheus")
                        .resolve(file.asText())
                        .toFile()
                        .isFile());
    }

    @Test
    void grafanaFindsItsDashboardAndItsSource() {
        // Given
        var provider = Repository.yaml(Repository.DEPLOY.resolve("grafana/provisioning/dashboards/segment-relay.yaml"));
        var source = Repository.yaml(Repository.DEPLOY.resolve("grafana/provisioning/datasources/prometheus.yaml"))
                .at("/datasources/0");
        var dashboard = Repository.yaml(MetricNames.DASHBOARD);

        // Then
        assertThat(provider.at("/providers/0/options/path").asText()).isEqualTo("/etc/grafana/dashboards");
        assertThat(COMPOSE.at("/services/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                        .asText())
                .endsWith("/" + MetricNames.DASHBOARD.getFileName());
        assertThat(source.path("url").asText()).isEqualTo("http://prometheus:9090");
        assertThat(dashboard.findValues("datasource"))
                .isNotEmpty()
                .allMatch(each ->
                        each.path("uid").asText().equals(source.path("uid").asText()));
        assertThat(dashboard.path("panels").findValuesAsText("id")).doesNotHaveDuplicates();
    }

    @Test
    void alertsSayWhatIsTheMatter() {
        // Given
        var rules = Repository.yaml(MetricNames.ALERTS).at("/groups/0/rules");

        // Then
        assertThat(rules).hasSizeGreaterThan(5).allSatisfy(rule -> {
            assertThat(rule.path("alert").asText()).startsWith("SegmentRelay");
            assertThat(rule.at("/annotations/summary").asText()).hasSizeGreaterThan(20);
            assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
            assertThat(balanced(rule.path("expr").asText())).isTrue();
        });
        assertThat(Repository.text(MetricNames.ALERTS))
                .contains(">= " + KnownSettings.defaultOf("relay.max-in-flight").orElseThrow());
    }

    private static boolean balanced(String expression) {
        var brackets = expression.replaceAll("[^(){}\\[\\]]", "");
        var pair = Pattern.compile("\\(\\)|\\{\\}|\\[\\]");
        while (pair.matcher(brackets).find()) {
            brackets = pair.matcher(brackets).replaceAll("");
        }
        return brackets.isEmpty();
    }
}
