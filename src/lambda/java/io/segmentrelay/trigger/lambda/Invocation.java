package io.segmentrelay.trigger.lambda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import io.segmentrelay.event.CloudEvents;
import io.segmentrelay.event.Read;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What the function was invoked with. */
sealed interface Invocation {

    /** Records of an event source, which is told which of them have to be delivered again. */
    record Batch(List<LambdaRecord> records) implements Invocation {
        public Batch {
            records = List.copyOf(records);
        }
    }

    /** CloudEvents that somebody sent to the function itself: there is only one answer for all of them. */
    record Direct(List<Read> events) implements Invocation {
        public Direct {
            events = List.copyOf(events);
        }
    }

    /** Reads any event; what is none of the others is for {@link Read} to say. */
    static Invocation of(JsonNode event) {
        if (KafkaRecord.isEvent(event)) {
            return kafka(event);
        }
        // EventBridge Pipes send the records of a queue as a bare array.
        var records = event.isArray() ? event : event.path("Records");
        if (!records.isEmpty()
                && StreamSupport.stream(records.spliterator(), false).allMatch(SqsRecord::is)) {
            return new Batch(StreamSupport.stream(records.spliterator(), false)
                    .<LambdaRecord>map(SqsRecord::new)
                    .toList());
        }
        var bytes = event.toString().getBytes(UTF_8);
        return new Direct(event.isArray() ? CloudEvents.batch(bytes) : List.of(CloudEvents.structured(bytes)));
    }

    private static Batch kafka(JsonNode event) {
        var records = new ArrayList<LambdaRecord>();
        for (var partition : event.path("records").properties()) {
            partition.getValue().forEach(record -> records.add(new KafkaRecord(partition.getKey(), record)));
        }
        return new Batch(records);
    }
}
