package io.segmentrelay.trigger.lambda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.cloudevents.CloudEvent;

import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What the function was invoked with. */
sealed interface Invocation {

    /** Records of an event source, which is told which of them have to be delivered again. */
    record Batch(List<LambdaRecord> records) implements Invocation {
        public Batch {
            records = List.copyOf(records);
        }
    }

    /**
     * Kafka records of an EventBridge pipe. A pipe repeats all of a Kafka batch where the function fails, and reads no
     * {@code batchItemFailures} of it: what that named would be lost.
     */
    record Pipe(List<LambdaRecord> records) implements Invocation {
        public Pipe {
            records = List.copyOf(records);
        }
    }

    /** CloudEvents that somebody sent to the function itself: there is only one answer for all of them. */
    record Direct(List<Checked<CloudEvent>> events) implements Invocation {
        public Direct {
            events = List.copyOf(events);
        }
    }

    /** Reads any event; what is none of the others is for {@link CloudEvents} to say. */
    static Invocation of(JsonNode event) {
        if (KafkaRecord.isEvent(event) && !KafkaRecord.isOfPipe(event)) {
            return kafka(event);
        }
        if (isEach(pipe(event), KafkaRecord::isOfPipe)) {
            return new Pipe(records(pipe(event), KafkaRecord::ofPipe));
        }
        // EventBridge Pipes send the records of a queue as a bare array.
        var records = event.isArray() ? event : event.path("Records");
        if (isEach(records, SqsRecord::is)) {
            return new Batch(records(records, SqsRecord::new));
        }
        var bytes = event.toString().getBytes(UTF_8);
        return new Direct(event.isArray() ? CloudEvents.batch(bytes) : List.of(CloudEvents.structured(bytes)));
    }

    /** A pipe sends an array, or the one record that its input transformer took out of it. */
    private static JsonNode pipe(JsonNode event) {
        return event.isObject() ? JsonNodeFactory.instance.arrayNode().add(event) : event;
    }

    private static boolean isEach(JsonNode records, Predicate<JsonNode> kind) {
        return !records.isEmpty()
                && StreamSupport.stream(records.spliterator(), false).allMatch(kind);
    }

    private static List<LambdaRecord> records(JsonNode records, Function<JsonNode, LambdaRecord> record) {
        return StreamSupport.stream(records.spliterator(), false).map(record).toList();
    }

    private static Batch kafka(JsonNode event) {
        var records = new ArrayList<LambdaRecord>();
        for (var partition : event.path("records").properties()) {
            partition.getValue().forEach(record -> records.add(new KafkaRecord(partition.getKey(), record)));
        }
        return new Batch(records);
    }
}
