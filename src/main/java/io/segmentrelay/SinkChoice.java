package io.segmentrelay;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.quarkus.arc.DefaultBean;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;

import io.segmentrelay.config.SinkSettings;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.relay.RetryingSink;
import io.segmentrelay.relay.Undelivered;
import io.segmentrelay.time.Time;
import io.segmentrelay.trigger.http.HttpEventSink;
import io.segmentrelay.trigger.kafka.KafkaEventSink;
import io.segmentrelay.workflow.Backoff;

/**
 * Where events go, unless a package brings a choice of its own: to {@code K_SINK} where that is set, else to Kafka. What can be
 * asked for beyond a segment's members follows from it.
 */
public class SinkChoice {

    @Produces
    @Singleton
    @DefaultBean
    LifeRules.Home home(SinkSettings settings) {
        return settings.rawUrl().isPresent() ? LifeRules.Home.HTTP : LifeRules.Home.KAFKA;
    }

    @Produces
    @Singleton
    @DefaultBean
    EventSink sink(
            SinkSettings settings,
            Instance<KafkaEventSink> kafka,
            Vertx vertx,
            TlsConfigurationRegistry tls,
            Time time,
            Backoff backoff,
            Undelivered undelivered) {
        var sink = settings.url().isPresent() ? HttpEventSink.of(settings, vertx, tls, time) : kafka.get();
        return new RetryingSink(sink, time, backoff, Backoff::random, undelivered);
    }
}
