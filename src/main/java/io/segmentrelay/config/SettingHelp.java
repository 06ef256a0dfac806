package io.segmentrelay.config;

import java.util.Locale;
import java.util.Map;

/** What each setting may be, in the words of the line that ends a start-up. */
public final class SettingHelp {

    private static final Map<String, String> MAY_BE = Map.ofEntries(
            Map.entry("relay.dynamics.url", "the organization's URL, such as https://contoso.crm4.dynamics.com"),
            Map.entry("relay.dynamics.api-version", "the Web API's version, v9.0 to v9.9"),
            Map.entry("relay.dynamics.publish-id", "segment or definition"),
            Map.entry("relay.dynamics.members-id", "segment or definition"),
            Map.entry("relay.dynamics.max-concurrency", "a whole number from 1 to 1000"),
            Map.entry("relay.dynamics.requests-per-5-minutes", "a whole number from 5 to 1000000"),
            Map.entry("relay.dynamics.timeout", "a duration from 100ms to 1h, such as 30s"),
            Map.entry("relay.live-when", "computed or live"),
            Map.entry("relay.poll.interval", "a duration from 10ms to 1h, such as 2s"),
            Map.entry("relay.poll.max-interval", "a duration from relay.poll.interval to 1h, such as 30s"),
            Map.entry("relay.window", "a duration from 100ms to 12h, such as 4m"),
            Map.entry("relay.ready-within", "a duration from 1s to 365d, such as 2h"),
            Map.entry("relay.page-size", "a whole number from 1 to 20000"),
            Map.entry("relay.max-in-flight", "a whole number from 1 to 1000000"),
            Map.entry("relay.max-event-size", "a size from 1K to 100M, such as 1M"),
            Map.entry("relay.source", "a URI reference, such as /segment-relay"),
            Map.entry("relay.kafka.enabled", "true or false"),
            Map.entry("relay.http.audience", "the audience of the tokens that deliveries must carry"),
            Map.entry("relay.http.issuer", "an OIDC issuer's URL, such as https://kubernetes.default.svc"),
            Map.entry("K_CA_CERTS", "certificates in PEM"),
            Map.entry("K_SINK", "an http or https URL"),
            Map.entry("K_CE_OVERRIDES", "JSON such as {\"extensions\":{\"name\":\"value\"}}"),
            Map.entry(
                    "kafka.bootstrap.servers",
                    "host:port of Kafka brokers, separated by commas, such as kafka-1:9092,kafka-2:9092"));

    private SettingHelp() {}

    /** The line for a setting that is not there. */
    public static String missing(String name) {
        return missing(name, mayBe(name));
    }

    /** The line for a setting that is not there, and not in the list above. */
    public static String missing(String name, String mayBe) {
        return "%s is missing: it must be %s".formatted(named(name), mayBe);
    }

    /** The line for a setting that is there, but wrong. */
    public static String wrong(String name, Object value) {
        return wrong(name, value, mayBe(name));
    }

    /** The line for a setting that is there, but wrong, and not in the list above. */
    public static String wrong(String name, Object value, String mayBe) {
        return "%s is \"%s\": it may be %s".formatted(named(name), value, mayBe);
    }

    private static String mayBe(String name) {
        return MAY_BE.getOrDefault(name, "something else: see the README, Settings");
    }

    private static String named(String name) {
        var environment = name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
        return environment.equals(name) ? name : "%s (%s)".formatted(name, environment);
    }
}
