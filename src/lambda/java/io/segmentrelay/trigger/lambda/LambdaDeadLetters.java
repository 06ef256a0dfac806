package io.segmentrelay.trigger.lambda;

import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import io.smallrye.mutiny.Uni;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

import io.segmentrelay.trigger.kafka.DeadLetters;

import static io.segmentrelay.trigger.lambda.SqsQueues.text;

/**
 * Where records go that are no event for the relay: Kafka's to the dead-letter topic, where there is a Kafka to write to,
 * the others to the dead-letter queue. Without either they are given back to their source, which has its own ways.
 */
@Singleton
class LambdaDeadLetters {

    /** Why; one sentence. */
    static final String REASON = "dead-letter-reason";

    /** Of a message's attributes SQS takes so many. */
    private static final int MOST_ATTRIBUTES = 10;

    private final SqsConfig config;
    private final KafkaUse kafka;
    private final SqsQueues queues;
    private final Instance<DeadLetters> topic;

    LambdaDeadLetters(SqsConfig config, KafkaUse kafka, SqsQueues queues, Instance<DeadLetters> topic) {
        this.config = config;
        this.kafka = kafka;
        this.queues = queues;
        this.topic = topic;
    }

    /** Puts a record aside, byte for byte; fails where there is no place for it, or that did not take it. */
    Uni<Void> put(LambdaRecord record, String reason) {
        if (record instanceof KafkaRecord kafkaRecord && kafka.isOn()) {
            return topic.get().put(kafkaRecord.asConsumed(), reason);
        }
        if (config.deadLetterUrl().isEmpty()) {
            return Uni.createFrom().failure(new IllegalStateException(reason + " (and there is no dead-letter queue)"));
        }
        return queues.send(message(record, config.deadLetterUrl().get(), reason));
    }

    private static SqsQueues.Message message(LambdaRecord record, String url, String reason) {
        return switch (record) {
            case SqsRecord sqs ->
                new SqsQueues.Message(url, sqs.body(), attributes(sqs, reason), 0, sqs.messageId(), sqs.messageId());
            // Value and key stay in base64, as Lambda gave them: a queue takes no bytes.
            case KafkaRecord kafka ->
                new SqsQueues.Message(
                        url,
                        kafka.node().toString(),
                        Map.of(REASON, text(reason)),
                        0,
                        kafka.partition(),
                        kafka.origin());
        };
    }

    private static Map<String, MessageAttributeValue> attributes(SqsRecord record, String reason) {
        var attributes = new LinkedHashMap<String, MessageAttributeValue>();
        for (var attribute : record.messageAttributes().properties()) {
            var value = attribute.getValue();
            var type = value.path("dataType").asText("String");
            var copy = MessageAttributeValue.builder().dataType(type);
            if (value.path("stringValue").isTextual()) {
                copy.stringValue(value.path("stringValue").asText());
            } else {
                copy.binaryValue(SdkBytes.fromByteArray(java.util.Base64.getDecoder()
                        .decode(value.path("binaryValue").asText())));
            }
            attributes.put(attribute.getKey(), copy.build());
        }
        if (attributes.size() < MOST_ATTRIBUTES) {
            attributes.put(REASON, text(reason));
        }
        return attributes;
    }
}
