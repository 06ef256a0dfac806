package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

import static org.assertj.core.api.Assertions.assertThat;

/** What Lambda's event source mapping does: polls queues, invokes the function, deletes what did not fail. */
final class EventSourceMapping {

    private final SqsServer sqs;
    private final UnaryOperator<String> function;
    private final List<Duration> delays = new ArrayList<>();
    private int invocations;

    /** @param function takes an event and gives its answer */
    EventSourceMapping(SqsServer sqs, UnaryOperator<String> function) {
        this.sqs = sqs;
        this.function = function;
    }

    /** Serves the queues until it is done. */
    void serve(List<String> queueUrls, Duration atMost, BooleanSupplier done) {
        var end = Instant.now().plus(atMost);
        while (!done.getAsBoolean()) {
            assertThat(Instant.now())
                    .as("done within %s, after %d invocations", atMost, invocations)
                    .isBefore(end);
            queueUrls.forEach(this::poll);
        }
    }

    private void poll(String queueUrl) {
        var messages = sqs.client()
                .receiveMessage(request -> request.queueUrl(queueUrl)
                        .maxNumberOfMessages(10)
                        .visibilityTimeout(600)
                        .waitTimeSeconds(1)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
        if (messages.isEmpty()) {
            return;
        }
        invocations++;
        messages.forEach(message -> delays.add(delay(message)));
        var failed = Events.failures(function.apply(Events.sqs(messages)));
        for (var message : messages) {
            if (failed.contains(message.messageId())) {
                sqs.client()
                        .changeMessageVisibility(request -> request.queueUrl(queueUrl)
                                .receiptHandle(message.receiptHandle())
                                .visibilityTimeout(0));
            } else {
                sqs.delete(queueUrl, message);
            }
        }
    }

    private static Duration delay(Message message) {
        var sent = Long.parseLong(message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP));
        return Duration.between(Instant.ofEpochMilli(sent), Instant.now());
    }

    int invocations() {
        return invocations;
    }

    /** From sending to receiving, of each message. */
    List<Duration> delays() {
        return delays;
    }
}
