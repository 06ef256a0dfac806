package io.segmentrelay.trigger.kafka;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import io.segmentrelay.config.MoreSettings;
import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.SettingHelp;
import io.segmentrelay.config.SettingRange;
import io.segmentrelay.event.codec.LifeRules;

/**
 * Refuses a start with a sketch that fits into no record, so that no follow could be handed over. What the broker takes is not to be
 * known beforehand; what this client sends is.
 */
@Singleton
class FollowedSize implements MoreSettings {

    private static final String MOST = "max.request.size";

    /** What is around a sketch in a record, at most. */
    private static final int BYTES_OF_ENVELOPE = 16 * 1024;

    private final RelayConfig relay;
    private final LifeRules.Home home;
    private final Config config;

    FollowedSize(RelayConfig relay, LifeRules.Home home, Config config) {
        this.relay = relay;
        this.home = home;
        this.config = config;
    }

    @Override
    public List<String> problems() {
        var sketch = relay.follow().maxSketch().asLongValue();
        return home == LifeRules.Home.KAFKA
                ? Stream.of(
                                KafkaDestination.of(config, "segment-followed-out")
                                        .setting(MOST),
                                "mp.messaging.connector.smallrye-kafka." + MOST,
                                "kafka." + MOST)
                        .flatMap(name -> most(name).stream()
                                .map(most -> most - BYTES_OF_ENVELOPE)
                                // The first that is set is the one that counts.
                                .map(most -> sketch > most ? problem(sketch, most, name) : ""))
                        .limit(1)
                        .filter(problem -> !problem.isEmpty())
                        .toList()
                : List.of();
    }

    /** Where it is no number, Kafka's client says so. */
    private Optional<Long> most(String name) {
        return config.getOptionalValue(name, String.class)
                .filter(text -> text.strip().matches("\\d{1,18}"))
                .map(text -> Long.parseLong(text.strip()));
    }

    private static String problem(long sketch, long most, String name) {
        return SettingHelp.wrong(
                SettingRange.FOLLOW_MAX_SKETCH.setting(),
                sketch,
                "up to %d, so that a follow's record fits into %s: lower the one, or raise the other"
                        .formatted(Math.max(0, most), name));
    }
}
