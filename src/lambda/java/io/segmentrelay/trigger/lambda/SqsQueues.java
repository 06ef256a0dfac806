package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.util.Map;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** Sends to SQS. */
@Singleton
class SqsQueues {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** With the SDK's own retries. */
    private static final Duration IN_ALL = Duration.ofSeconds(10);

    private final SqsClient client = SqsClient.builder()
            .httpClient(UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(ANSWER)
                    .build())
            .overrideConfiguration(settings -> settings.apiCallTimeout(IN_ALL))
            .build();

    /**
     * One message.
     *
     * @param queueUrl where to
     * @param body what SQS takes: XML's characters
     * @param attributes at most ten
     * @param delaySeconds 0 to 900; 0 for a FIFO queue
     * @param group what has to keep its order, for a FIFO queue
     * @param deduplicationId the same for a repeat, for a FIFO queue
     */
    record Message(
            String queueUrl,
            String body,
            Map<String, MessageAttributeValue> attributes,
            int delaySeconds,
            String group,
            String deduplicationId) {

        /** Without the content. */
        @Override
        public String toString() {
            return "Message[queueUrl=%s, delaySeconds=%d]".formatted(queueUrl, delaySeconds);
        }
    }

    /** Completes once the queue has the message. */
    Uni<Void> send(Message message) {
        return Uni.createFrom()
                .item(() -> client.sendMessage(request(message)))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .replaceWithVoid();
    }

    static boolean isFifo(String queueUrl) {
        return queueUrl.endsWith(".fifo");
    }

    static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(SqsText.fit(value))
                .build();
    }

    private static SendMessageRequest request(Message message) {
        var request = SendMessageRequest.builder()
                .queueUrl(message.queueUrl())
                .messageBody(message.body())
                .messageAttributes(message.attributes());
        if (isFifo(message.queueUrl())) {
            request.messageGroupId(SqsText.id(message.group()))
                    .messageDeduplicationId(SqsText.id(message.deduplicationId()));
        } else if (message.delaySeconds() > 0) {
            request.delaySeconds(message.delaySeconds());
        }
        return request.build();
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
