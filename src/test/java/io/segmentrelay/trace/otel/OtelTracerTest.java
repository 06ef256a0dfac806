package io.segmentrelay.trace.otel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;

import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.Spans;
import io.segmentrelay.trace.TraceContext;

import static org.assertj.core.api.Assertions.assertThat;

class OtelTracerTest {

    private static final UUID REQUEST = UUID.fromString("0af76519-16cd-53dd-8448-eb211c80319c");
    private static final TraceContext CALLER =
            new TraceContext("00-11111111111111111111111111111111-2222222222222222-01", "vendor=a,other=b");

    private final VirtualTime time = new VirtualTime();
    private final List<SpanData> told = new ArrayList<>();
    private final OtelTracer tracer = tracer(Sampler.parentBased(Sampler.alwaysOn()));

    private OtelTracer tracer(Sampler sampler) {
        var ids = new PresetIds();
        var provider = SdkTracerProvider.builder()
                .setIdGenerator(ids)
                .setSampler(sampler)
                .addSpanProcessor(SimpleSpanProcessor.create(new Collected(told)))
                .build();
        return new OtelTracer(provider.get("test"), ids, time);
    }

    @Test
    void aDeliveryGoesOnWhereItsEventComesFrom() {
        // Given
        var start = time.now();

        // When
        var delivery = tracer.delivery("delivery", Optional.of(CALLER), REQUEST);
        time.advance(Duration.ofHours(1));
        delivery.end();

        // Then
        var span = told.getFirst();
        assertThat(span.getTraceId()).isEqualTo(CALLER.traceId());
        assertThat(span.getParentSpanId()).isEqualTo(CALLER.spanId());
        assertThat(span.getSpanContext().getTraceState().asMap()).containsEntry("vendor", "a");
        assertThat(span.getSpanId()).isEqualTo(delivery.context().orElseThrow().spanId());
        assertThat(delivery.context().orElseThrow().tracestate()).isEqualTo("vendor=a,other=b");
        assertThat(Duration.ofNanos(span.getEndEpochNanos() - span.getStartEpochNanos()))
                .isEqualTo(Duration.ofHours(1));
        assertThat(span.getStartEpochNanos() / 1_000_000).isEqualTo(start.toEpochMilli());
    }

    @Test
    void repeatsOfARequestThatNobodyTracedAreOneTrace() {
        // When
        tracer.delivery("delivery", Optional.empty(), REQUEST).end();
        tracer.delivery("delivery", Optional.empty(), REQUEST).end();

        // Then
        assertThat(told).extracting(SpanData::getTraceId).containsOnly("0af7651916cd53dd8448eb211c80319c");
        assertThat(told).extracting(SpanData::getSpanId).doesNotHaveDuplicates();
        assertThat(told)
                .allMatch(span ->
                        span.getParentSpanContext().equals(io.opentelemetry.api.trace.SpanContext.getInvalid()));
    }

    @Test
    void childrenThatEndFirstBelongToTheirParent() {
        // When
        var delivery = tracer.delivery("delivery", Optional.empty(), REQUEST);
        var step = delivery.child("publish", Span.Kind.INTERNAL).with("segment_relay.segments", 3);
        step.happened("throttled", Duration.ofSeconds(7));
        step.failed("weather");
        step.end();
        delivery.end();

        // Then
        assertThat(told).extracting(SpanData::getName).containsExactly("publish", "delivery");
        var span = told.getFirst();
        assertThat(span.getParentSpanId()).isEqualTo(told.getLast().getSpanId());
        assertThat(span.getStatus().getStatusCode())
                .isEqualTo(StatusData.error().getStatusCode());
        assertThat(span.getAttributes().get(AttributeKey.longKey("segment_relay.segments")))
                .isEqualTo(3);
        assertThat(span.getEvents()).singleElement().satisfies(event -> {
            assertThat(event.getName()).isEqualTo("throttled");
            assertThat(event.getAttributes().get(AttributeKey.longKey("duration_ms")))
                    .isEqualTo(7_000);
        });
    }

    @Test
    void aPollIsLinkedToThoseThatItServes() {
        // When
        tracer.serving("poll", List.of(CALLER)).end();

        // Then
        var span = told.getFirst();
        assertThat(span.getTraceId()).isNotEqualTo(CALLER.traceId());
        assertThat(span.getLinks())
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanContext().getSpanId()).isEqualTo(CALLER.spanId()));
    }

    @Test
    void theSamplerDecidesWhereATraceBeginsAndItsPartsFollow() {
        // Given
        var silent = tracer(Sampler.parentBased(Sampler.alwaysOff()));

        // When
        var delivery = silent.delivery("delivery", Optional.empty(), REQUEST);
        delivery.child("publish", Span.Kind.INTERNAL).end();
        delivery.end();

        // Then
        assertThat(delivery.context().orElseThrow().traceparent()).endsWith("-00");
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsSubscribedToKnowsOfWhichSpanItIsPart() {
        // Given
        var delivery = tracer.delivery("delivery", Optional.empty(), REQUEST);
        Uni<Span> asked = Spans.with(span -> Uni.createFrom().item(span));

        // When
        var within = Spans.within(
                        delivery, asked.map(span -> span).onFailure().retry().atMost(2))
                .await()
                .indefinitely();
        var beside = asked.await().indefinitely();

        // Then
        assertThat(within).isSameAs(delivery);
        assertThat(beside).isSameAs(Span.NONE);
    }

    @Test
    void whatIsCancelledIsToldToo() {
        // Given
        var delivery = tracer.delivery("delivery", Optional.empty(), REQUEST);

        // When
        Spans.told(delivery, Uni.createFrom().nothing())
                .subscribe()
                .with(item -> {})
                .cancel();

        // Then
        assertThat(told)
                .singleElement()
                .satisfies(span -> assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                        .isEqualTo(Spans.CANCELLED));
    }

    /** Keeps what it is given. */
    private record Collected(List<SpanData> told) implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            told.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
