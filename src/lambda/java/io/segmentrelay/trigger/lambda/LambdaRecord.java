package io.segmentrelay.trigger.lambda;

import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;

import io.segmentrelay.event.Read;

/** One record of the batch that an event source gave to the function. */
sealed interface LambdaRecord permits SqsRecord, KafkaRecord {

    /** What names the record in {@code batchItemFailures}. */
    JsonNode itemIdentifier();

    /** The record as a CloudEvent. */
    Read read();

    /** When the source got it: the deadline must not begin anew when a record is delivered again. */
    Instant handedOver();

    /** Of what was sent. */
    int bytes();

    /** For the log: where it came from, nothing of its content. */
    String origin();

    /** A source's own time stamp, in milliseconds; never in the future. */
    static Instant handedOver(long millis) {
        var now = Instant.now();
        var sent = Instant.ofEpochMilli(millis);
        return millis > 0 && sent.isBefore(now) ? sent : now;
    }
}
