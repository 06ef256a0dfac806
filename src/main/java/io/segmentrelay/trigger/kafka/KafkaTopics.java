package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.SinkSettings;

/**
 * Whether the topics can be reached. Describing a topic needs no right beyond reading or writing it. A topic that is only
 * written to may be made by the broker at the first event, so that it is no fault if it is not there yet.
 */
@ApplicationScoped
public class KafkaTopics {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final KafkaClientSettings settings;
    private final List<String> read;
    private final List<String> written;
    private @Nullable Admin admin;

    KafkaTopics(KafkaClientSettings settings, Config config, RelayConfig relay, SinkSettings sink) {
        this.settings = settings;
        this.read =
                relay.kafka().enabled() ? topics(config, "incoming", "segment-requests", "segment-pending") : List.of();
        var answers = sink.rawUrl().isPresent()
                ? Stream.<String>of()
                : Stream.of("segment-pending-out", "segment-ready", "segment-failed");
        // Without it, each record that is no event would be in flight for ever.
        var deadLetters = relay.kafka().enabled() ? Stream.of("segment-dead-letters") : Stream.<String>of();
        this.written =
                topics(config, "outgoing", Stream.concat(answers, deadLetters).toArray(String[]::new));
    }

    /** Completes when all are reachable; fails with the reason where one is not. At once where Kafka is not used. */
    public Uni<Void> reachable() {
        var all = Stream.concat(read.stream(), written.stream()).distinct().toList();
        if (all.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Uni.join()
                .all(all.stream().map(this::reachable).toList())
                .andFailFast()
                .replaceWithVoid();
    }

    private Uni<Void> reachable(String topic) {
        var options = new DescribeTopicsOptions().timeoutMs((int) TIMEOUT.toMillis());
        var described = Uni.createFrom()
                .completionStage(() -> admin().describeTopics(List.of(topic), options)
                        .allTopicNames()
                        .toCompletionStage())
                .replaceWithVoid();
        return read.contains(topic)
                ? described
                : described.onFailure(UnknownTopicOrPartitionException.class).recoverWithNull();
    }

    private synchronized Admin admin() {
        if (admin == null) {
            var own = settings.of(AdminClientConfig.configNames());
            own.put(AdminClientConfig.CLIENT_ID_CONFIG, "segment-relay-readiness");
            own.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
            own.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
            admin = Admin.create(own);
        }
        return admin;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }

    private static List<String> topics(Config config, String direction, String... channels) {
        return Stream.of(channels)
                .map(channel -> config.getOptionalValue(
                                "mp.messaging.%s.%s.topic".formatted(direction, channel), String.class)
                        .orElse(channel))
                .toList();
    }
}
