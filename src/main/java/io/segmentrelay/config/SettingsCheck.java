package io.segmentrelay.config;

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

import io.segmentrelay.config.RelayConfig.LimitsOf;

/** Checks at start what the types of the settings alone do not say. */
@Singleton
public class SettingsCheck {

    private static final String BROKERS = "kafka.bootstrap.servers";

    /** What Kafka's clients take: addresses with a port, a listener's protocol before them or not. */
    private static final Pattern ADDRESSES = Pattern.compile("\\s*ADDR(\\s*,\\s*ADDR)*\\s*"
            .replace("ADDR", "([A-Za-z_]+://)?(\\[[0-9A-Fa-f:.%]+]|[^\\s,:/\\[\\]]+):[0-9]{1,5}"));

    /** A sender's name as a web hook's request has it: of a system in DNS, without a scheme. */
    private static final Pattern ORIGIN = Pattern.compile("\\*|[A-Za-z0-9_][A-Za-z0-9_.-]*(:[0-9]{1,5})?");

    private final RelayConfig relay;
    private final SinkSettings sink;
    private final Config config;
    private final Instance<MoreSettings> more;

    SettingsCheck(RelayConfig relay, SinkSettings sink, Config config, @Any Instance<MoreSettings> more) {
        this.relay = relay;
        this.sink = sink;
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
        demand(problems, WebAddress.isOrigin(dynamics.url()), "relay.dynamics.url", dynamics.url());
        words(problems, SettingRange.API_VERSION, dynamics.apiVersion());
        number(problems, SettingRange.MAX_CONCURRENCY, dynamics.maxConcurrency());
        number(problems, SettingRange.REQUESTS_PER_5_MINUTES, dynamics.requestsPer5Minutes());
        dynamics.executionTimePer5Minutes()
                .ifPresent(value -> duration(problems, SettingRange.EXECUTION_TIME_PER_5_MINUTES, value));
        duration(problems, SettingRange.TIMEOUT, dynamics.timeout());
        if (!relay.kafka().enabled()
                && dynamics.limits().filter(LimitsOf.GROUP::equals).isPresent()) {
            problems.add(
                    SettingHelp.wrong(
                            SettingRange.LIMITS.setting(),
                            "group",
                            "process where relay.kafka.enabled is false (as it is with K_SINK): replicas share the limits as they share Kafka's partitions"));
        }
    }

    private void relay(List<String> problems) {
        poll(problems);
        duration(problems, SettingRange.WINDOW, relay.window());
        duration(problems, SettingRange.READY_WITHIN, relay.readyWithin());
        number(problems, SettingRange.PAGE_SIZE, relay.pageSize());
        number(problems, SettingRange.MAX_IN_FLIGHT, relay.maxInFlight());
        var size = relay.maxEventSize().asLongValue();
        demand(problems, SettingRange.MAX_EVENT_SIZE.holds(size), SettingRange.MAX_EVENT_SIZE.setting(), size);
        duration(problems, SettingRange.FOLLOW_MAX_UNTIL, relay.follow().maxUntil());
        var sketch = relay.follow().maxSketch().asLongValue();
        demand(
                problems,
                SettingRange.FOLLOW_MAX_SKETCH.holds(sketch),
                SettingRange.FOLLOW_MAX_SKETCH.setting(),
                sketch);
        source(problems);
        http(problems);
    }

    private void http(List<String> problems) {
        var http = relay.http();
        words(
                problems,
                SettingRange.HTTP_ENABLED,
                text(SettingRange.HTTP_ENABLED.setting()).orElse(""));
        http.allowedOrigins()
                .ifPresent(origins -> demand(
                        problems,
                        origins.stream()
                                .allMatch(
                                        origin -> ORIGIN.matcher(origin.strip()).matches()),
                        "relay.http.allowed-origins",
                        String.join(",", origins)));
        demand(problems, WebAddress.isOne(http.issuer()), "relay.http.issuer", http.issuer());
    }

    /** Each under its own name: what is not set gives way to what is. */
    private void poll(List<String> problems) {
        var interval = relay.poll().interval();
        var longest = relay.poll().maxInterval();
        interval.ifPresent(value -> duration(problems, SettingRange.POLL_INTERVAL, value));
        longest.ifPresent(value -> demand(
                problems,
                SettingRange.POLL_MAX_INTERVAL.holds(value)
                        && interval.filter(SettingRange.POLL_INTERVAL::holds)
                                .filter(first -> first.compareTo(value) > 0)
                                .isEmpty(),
                SettingRange.POLL_MAX_INTERVAL.setting(),
                value));
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
                    sink.url().filter(WebAddress::isOne).isPresent(),
                    "K_SINK",
                    sink.rawUrl().get());
        }
        words(
                problems,
                SettingRange.KAFKA_ENABLED,
                text(SettingRange.KAFKA_ENABLED.setting()).orElse(""));
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

    private static boolean isUriReference(String text) {
        return !text.isEmpty() && WebAddress.parse(text).isPresent();
    }

    private static void words(List<String> problems, SettingRange.Words range, String value) {
        demand(problems, range.holds(value), range.setting(), value);
    }

    private static void number(List<String> problems, SettingRange.Numbers range, long value) {
        demand(problems, range.holds(value), range.setting(), value);
    }

    private static void duration(List<String> problems, SettingRange.Durations range, Duration value) {
        demand(problems, range.holds(value), range.setting(), value);
    }

    private static void demand(List<String> problems, boolean holds, String name, Object value) {
        if (!holds) {
            problems.add(SettingHelp.wrong(name, value));
        }
    }
}
