package io.segmentrelay.trigger.lambda;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.smallrye.mutiny.Uni;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.codec.Decoded;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.time.Time;

import static io.segmentrelay.trigger.lambda.SqsQueues.text;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Sends events to one queue in structured mode, continuations with a delay; done when SQS has them. */
final class SqsEventSink implements EventSink {

    private static final Set<String> DELAYED = Set.of(EventTypes.PENDING, EventTypes.FOLLOWED);

    private final SqsQueues queues;
    private final String queueUrl;
    private final EventCodec codec;
    private final Time time;
    private final DoubleSupplier random;
    private final JsonFormat format = new JsonFormat();

    /**
     * A sink for the given queue.
     *
     * @param random from 0 to 1, for the jitter of delays
     */
    SqsEventSink(SqsQueues queues, String queueUrl, EventCodec codec, Time time, DoubleSupplier random) {
        this.queues = queues;
        this.queueUrl = queueUrl;
        this.codec = codec;
        this.time = time;
        this.random = random;
    }

    @Override
    public Uni<Void> send(CloudEvent event) {
        var body = SqsText.json(new String(format.serialize(event), UTF_8));
        return queues.send(new SqsQueues.Message(
                        queueUrl,
                        body,
                        attributes(event),
                        delaySeconds(event),
                        EventExtensions.of(event),
                        event.getId()))
                .onFailure()
                .transform(failure -> SqsRefusals.classified(failure, queueUrl, body.length()));
    }

    private int delaySeconds(CloudEvent event) {
        var now = time.now();
        if (!DELAYED.contains(event.getType())
                || !(codec.decode(new Checked.Good<>(event), Receipt.at(now)) instanceof Checked.Good(var decoded))) {
            return 0;
        }
        return switch (decoded.content()) {
            case Decoded.Continuation(var pending) ->
                ContinuationDelay.seconds(pending.stepSince(), pending.request().deadline(), now, random.getAsDouble());
            case Decoded.Life(var followed) -> ContinuationDelay.seconds(followed, now, random.getAsDouble());
            default -> 0;
        };
    }

    private static Map<String, MessageAttributeValue> attributes(CloudEvent event) {
        var attributes = new HashMap<String, MessageAttributeValue>();
        attributes.put("content-type", text(CloudEvents.STRUCTURED));
        EventExtensions.traceHeaders(event).forEach((name, value) -> attributes.put(name, text(value)));
        return attributes;
    }
}
