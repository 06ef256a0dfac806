package io.segmentrelay.trigger;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.mutiny.core.Vertx;

import io.segmentrelay.config.SinkSettings;
import io.segmentrelay.event.EventSink;
import io.segmentrelay.time.Time;
import io.segmentrelay.trigger.http.HttpEventSink;
import io.segmentrelay.trigger.kafka.KafkaEventSink;
import io.segmentrelay.workflow.Backoff;

/** Where events go: to {@code K_SINK} where that is set, else to Kafka. (The Lambda package makes another choice.) */
public class SinkChoice {

    @Produces
    @Singleton
    EventSink sink(
            SinkSettings settings,
            Instance<KafkaEventSink> kafka,
            Vertx vertx,
            ObjectMapper json,
            Time time,
            Backoff backoff)
            throws JsonProcessingException {
        var url = settings.url();
        var sink = url.isPresent() ? new HttpEventSink(vertx, url.get(), settings.extensions(json)) : kafka.get();
        return new PatientSink(sink, time, backoff, RelayParts::random);
    }
}
