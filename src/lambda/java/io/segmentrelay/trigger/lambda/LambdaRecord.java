package io.segmentrelay.trigger.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;

import io.segmentrelay.event.wire.Checked;

/** One record of the batch that an event source gave to the function. */
sealed interface LambdaRecord permits SqsRecord, KafkaRecord {

    /** What names the record in {@code batchItemFailures}. */
    JsonNode itemIdentifier();

    /** The record as a CloudEvent. */
    Checked<CloudEvent> read();

    /** When the source got it, in milliseconds since 1970; zero or less where it does not say. */
    long timestamp();

    /** Of what was sent. */
    int bytes();

    /** For the log: where it came from, nothing of its content. */
    String origin();
}
