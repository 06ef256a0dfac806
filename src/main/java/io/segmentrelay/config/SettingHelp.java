package io.segmentrelay.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What each setting may be, in the words of the line that ends a start-up. */
public final class SettingHelp {

    /** Of settings that have no {@link SettingRange}. */
    private static final Map<String, String> MAY_BE = Map.ofEntries(
            Map.entry(
                    "relay.dynamics.url",
                    "the organization's URL, such as https://contoso.crm4.dynamics.com: no path, no name or password"),
            Map.entry("relay.source", "a URI reference, such as /segment-relay"),
            Map.entry("relay.http.audience", "the audience of the tokens that deliveries must carry"),
            Map.entry(
                    "relay.http.issuer",
                    "an OIDC issuer's URL, such as https://kubernetes.default.svc, without a name or password"),
            Map.entry(
                    "relay.http.allowed-origins",
                    "names of senders' systems, separated by commas, such as eventgrid.azure.net, or * for all"),
            Map.entry("K_CA_CERTS", "certificates in PEM"),
            Map.entry("K_SINK", "an http or https URL, without a name or password"),
            Map.entry("K_CE_OVERRIDES", "JSON such as {\"extensions\":{\"name\":\"value\"}}"),
            Map.entry(
                    "kafka.bootstrap.servers",
                    "host:port of Kafka brokers, separated by commas, such as kafka-1:9092,kafka-2:9092"));

    /** The user's part of a URL, as far as it could reach where it is not well written. */
    private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", Pattern.DOTALL);

    /** As in a connection string or a query: {@code SharedAccessKey=…}. */
    private static final Pattern NAMED_SECRET =
            Pattern.compile("(?i)([a-z_-]*(?:key|secret|password|pwd|token|sig|signature))=[^;&\\s]*");

    private SettingHelp() {}

    /** The line for a setting that is not there. */
    public static String missing(String name) {
        return missing(name, mayBe(name));
    }

    /** The line for a setting that is not there, and not in the list above. */
    public static String missing(String name, String mayBe) {
        return "%s is missing: it must be %s".formatted(named(name), mayBe);
    }

    /** The line for a setting that is there, but wrong; credentials in it are left out. */
    public static String wrong(String name, Object value) {
        return wrong(name, value, mayBe(name));
    }

    /** The line for a setting that is there, but wrong, and not in the list above; credentials in it are left out. */
    public static String wrong(String name, Object value, String mayBe) {
        return "%s is \"%s\": it may be %s".formatted(named(name), shown(value.toString()), mayBe);
    }

    /** A value in one line, and without what may be a credential. */
    private static String shown(String value) {
        var withoutUser = USER.matcher(value.strip()).replaceFirst("$1***@");
        return NAMED_SECRET.matcher(withoutUser).replaceAll("$1=…").replaceAll("\\s*\\R\\s*", " ");
    }

    private static String mayBe(String name) {
        return Optional.ofNullable(SettingRange.ALL.get(name))
                .map(SettingRange::mayBe)
                .orElseGet(() -> MAY_BE.getOrDefault(name, "something else: see docs/operating.md, Settings"));
    }

    private static String named(String name) {
        var environment = name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
        return environment.equals(name) ? name : "%s (%s)".formatted(name, environment);
    }
}
