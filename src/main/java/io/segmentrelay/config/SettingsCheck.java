package io.segmentrelay.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import io.quarkus.runtime.configuration.ConfigurationException;
import org.eclipse.microprofile.config.Config;

/** Checks at start what the types of the settings alone do not say. */
@Singleton
public class SettingsCheck {

    private static final String BROKERS = "kafka.bootstrap.servers";

    /** What Kafka's clients take: addresses with a port, a listener's protocol before them or not. */
    private static final Pattern ADDRESSES = Pattern.compile("\\s*ADDR(\\s*,\\s*ADDR)*\\s*"
            .replace("ADDR", "([A-Za-z_]+://)?(\\[[0-9A-Fa-f:.%]+]|[^\\s,:/\\[\\]]+):[0-9]{1,5}"));

    private static final Pattern BOOLEAN = Pattern.compile("(?i)true|false|yes|no|on|off|1|0");

    private final RelayConfig relay;
    private final SinkSettings sink;
    private final AzureCredentials credentials;
    private final Config config;
    private final Instance<MoreSettings> more;

    SettingsCheck(
            RelayConfig relay,
            SinkSettings sink,
            AzureCredentials credentials,
            Config config,
            @Any Instance<MoreSettings> more) {
        this.relay = relay;
        this.sink = sink;
        this.credentials = credentials;
        this.config = config;
        this.more = more;
    }

    /**
     * Checks all of them.
     *
     * @throws ConfigurationException with one line that names every setting at fault, and what it may be
     */
    public void check() {
        var problems = new ArrayList<String>();
        dynamics(problems);
        relay(problems);
        sink(problems);
        problems.addAll(credentials.problems());
        more.forEach(others -> problems.addAll(others.problems()));
        end(problems);
    }

    private static void end(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(String.join("; ", problems));
        }
    }

    private void dynamics(List<String> problems) {
        var dynamics = relay.dynamics();
        demand(
                problems,
                isWebAddress(dynamics.url()) && dynamics.url().getQuery() == null,
                "relay.dynamics.url",
                dynamics.url());
        demand(
                problems,
                dynamics.apiVersion().matches("v9\\.\\d"),
                "relay.dynamics.api-version",
                dynamics.apiVersion());
        number(problems, "relay.dynamics.max-concurrency", dynamics.maxConcurrency(), 1, 1000);
        number(problems, "relay.dynamics.requests-per-5-minutes", dynamics.requestsPer5Minutes(), 5, 1_000_000);
        duration(problems, "relay.dynamics.timeout", dynamics.timeout(), Duration.ofMillis(100), Duration.ofHours(1));
    }

    private void relay(List<String> problems) {
        var poll = PollPauses.of(relay.poll());
        duration(problems, "relay.poll.interval", poll.first(), Duration.ofMillis(10), Duration.ofHours(1));
        duration(problems, "relay.poll.max-interval", poll.longest(), poll.first(), Duration.ofHours(1));
        duration(problems, "relay.window", relay.window(), Duration.ofMillis(100), Duration.ofHours(12));
        duration(problems, "relay.ready-within", relay.readyWithin(), Duration.ofSeconds(1), Duration.ofDays(365));
        number(problems, "relay.page-size", relay.pageSize(), 1, 20_000);
        number(problems, "relay.max-in-flight", relay.maxInFlight(), 1, 1_000_000);
        number(problems, "relay.max-event-size", relay.maxEventSize().asLongValue(), 1024, 100 * 1024 * 1024);
        source(problems);
        demand(
                problems,
                isWebAddress(relay.http().issuer()),
                "relay.http.issuer",
                relay.http().issuer());
    }

    /**
     * Checks {@code relay.source} alone, for what is made before everything is checked.
     *
     * @throws ConfigurationException as {@link #check()} does
     */
    public void checkSource() {
        var problems = new ArrayList<String>();
        source(problems);
        end(problems);
    }

    private void source(List<String> problems) {
        demand(problems, isUriReference(relay.source()), "relay.source", relay.source());
    }

    private void sink(List<String> problems) {
        problems.addAll(sink.problems());
        if (sink.rawUrl().isPresent()) {
            demand(
                    problems,
                    sink.url().filter(SettingsCheck::isWebAddress).isPresent(),
                    "K_SINK",
                    sink.rawUrl().get());
        }
        // Whatever a boolean converter does not know, it takes for false.
        var enabled = text("relay.kafka.enabled");
        demand(
                problems,
                enabled.filter(BOOLEAN.asMatchPredicate()).isPresent(),
                "relay.kafka.enabled",
                enabled.orElse(""));
        var usesKafka = relay.kafka().enabled()
                || config.getOptionalValue("kafka-sink.enabled", Boolean.class).orElse(true);
        if (usesKafka) {
            brokers(problems);
        }
    }

    private void brokers(List<String> problems) {
        text(BROKERS)
                .or(() -> text("mp.messaging.connector.smallrye-kafka.bootstrap.servers"))
                .ifPresentOrElse(
                        brokers -> demand(problems, ADDRESSES.matcher(brokers).matches(), BROKERS, brokers),
                        () -> problems.add(SettingHelp.missing(BROKERS)));
    }

    private Optional<String> text(String name) {
        return config.getOptionalValue(name, String.class).filter(value -> !value.isBlank());
    }

    private static boolean isWebAddress(URI uri) {
        var scheme = uri.getScheme();
        return ("https".equals(scheme) || "http".equals(scheme)) && uri.getHost() != null;
    }

    private static boolean isUriReference(String text) {
        try {
            return !new URI(text).toString().isEmpty();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void number(List<String> problems, String name, long value, long least, long most) {
        demand(problems, value >= least && value <= most, name, value);
    }

    private static void duration(List<String> problems, String name, Duration value, Duration least, Duration most) {
        demand(problems, value.compareTo(least) >= 0 && value.compareTo(most) <= 0, name, value);
    }

    private static void demand(List<String> problems, boolean holds, String name, Object value) {
        if (!holds) {
            problems.add(SettingHelp.wrong(name, value));
        }
    }
}
