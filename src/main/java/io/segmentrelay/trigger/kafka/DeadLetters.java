package io.segmentrelay.trigger.kafka;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.relay.RetryingSink;
import io.segmentrelay.relay.Undelivered;
import io.segmentrelay.time.Time;
import io.segmentrelay.workflow.Backoff;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Where records go that are no event for the relay: key, value and headers as they came, and why in further headers. */
@ApplicationScoped
public class DeadLetters {

    /** Why; one sentence. */
    static final String REASON = "dead-letter-reason";

    /** Where it came from. */
    static final String TOPIC = "dead-letter-topic";

    /** Where it came from. */
    static final String PARTITION = "dead-letter-partition";

    /** Where it came from. */
    static final String OFFSET = "dead-letter-offset";

    /** The value did not fit: it is where the record came from, as long as that topic keeps it. */
    static final String OMITTED = "dead-letter-value-omitted";

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);

    private final MutinyEmitter<Record<byte[], byte[]>> topic;
    private final Time time;
    private final Backoff backoff;
    private final Undelivered undelivered;
    private final KafkaDestination to;

    DeadLetters(
            @Channel("segment-dead-letters") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<byte[], byte[]>> topic,
            Time time,
            Backoff backoff,
            Undelivered undelivered,
            Config config) {
        this.undelivered = undelivered;
        this.to = KafkaDestination.of(config, "segment-dead-letters");
        this.topic = topic;
        this.time = time;
        this.backoff = backoff;
    }

    /** Puts a record aside; completes once the broker has it, however long that takes. */
    public Uni<Void> put(ConsumerRecord<byte[], byte[]> record, String reason) {
        var headers = headers(record, reason);
        return undelivered.watch(
                "dead letter",
                "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset()),
                waiting -> RetryingSink.untilTaken(
                        () -> send(record.key(), record.value(), headers)
                                .onFailure(Refused::isTooLarge)
                                .recoverWithUni(() -> sendReference(record, headers)),
                        (attempt, failure) -> pause(waiting, attempt, failure)));
    }

    private Uni<?> pause(Undelivered.Waiting waiting, int attempt, Throwable failure) {
        if (failure instanceof Refused refused) {
            return time.after(waiting.refused(refused, attempt));
        }
        LOG.warnf("Dead letter not taken, trying again; attempt=%d reason=%s", attempt, failure.getMessage());
        return time.after(backoff.delay(attempt, 1));
    }

    /** The dead-letter topic takes less than the topic that the record came from: then at least say where it lies. */
    private Uni<Void> sendReference(ConsumerRecord<byte[], byte[]> record, Headers headers) {
        LOG.errorf(
                "A record is too large for the dead-letter topic (raise its max.message.bytes); it stays at %s-%d@%d",
                record.topic(), record.partition(), record.offset());
        var reference = new RecordHeaders(headers).add(OMITTED, "true".getBytes(UTF_8));
        return send(record.key(), null, reference);
    }

    private Uni<Void> send(
            byte @org.jspecify.annotations.Nullable [] key,
            byte @org.jspecify.annotations.Nullable [] value,
            Headers headers) {
        var metadata =
                OutgoingKafkaRecordMetadata.builder().withHeaders(headers).build();
        var bytes = (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        return topic.sendMessage(Message.of(Record.of(key, value)).addMetadata(metadata))
                .onFailure()
                .transform(failure -> KafkaRefusals.classified(failure, to, bytes));
    }

    private static Headers headers(ConsumerRecord<byte[], byte[]> record, String reason) {
        var headers = new RecordHeaders(record.headers());
        headers.add(REASON, reason.getBytes(UTF_8));
        headers.add(TOPIC, record.topic().getBytes(UTF_8));
        headers.add(PARTITION, Integer.toString(record.partition()).getBytes(UTF_8));
        headers.add(OFFSET, Long.toString(record.offset()).getBytes(UTF_8));
        return headers;
    }
}
