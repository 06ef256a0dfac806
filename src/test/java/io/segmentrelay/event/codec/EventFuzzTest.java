package io.segmentrelay.event.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a topic or a caller brings, as the headers and the body of a message: lines of {@code name: value}, an empty
 * line, the body. It is answered, never thrown; and what was understood survives being written and read again.
 */
public class EventFuzzTest {

    /** Among them every branch that random bytes would not find in a short time. */
    public static Stream<byte[]> seeds() {
        var codec = Samples.codec();
        var pending = codec.encode(Samples.pending(), "cause");
        var structured = new String(new JsonFormat().serialize(pending), StandardCharsets.UTF_8);
        var data =
                new String(java.util.Objects.requireNonNull(pending.getData()).toBytes(), StandardCharsets.UTF_8);
        return Stream.of(
                        "content-type: application/cloudevents+json\n\n" + structured,
                        "content-type: application/cloudevents-batch+json\n\n[" + structured + "," + structured + "]",
                        binary("io.segmentrelay.segment.pending.v1") + "\n" + data,
                        binary("io.segmentrelay.segment.requested.v1")
                                + "ce_traceparent: " + Samples.TRACEPARENT
                                + "\nce_time: 2026-01-05T08:00:00.5+14:00\n\n"
                                + "{\"displayName\":\"\\u00e6\",\"query\":\"PROFILE(contact)\",\"type\":\"dynamic\","
                                + "\"includedMembers\":[\"{6F1C3C1E-5D0B-4A8F-9D55-3F1F6B0F7A10}\"],"
                                + "\"refresh\":{\"enabled\":true,\"intervalMinutes\":15},\"readyWithin\":\"P1DT2.5H\"}",
                        "ce-specversion: 1.0\nce-id: %E2%82%AC%zz\nce-source: \"/a b\"\nce-type: t\n\n[1e400]",
                        "ce_specversion: 0.3\n\n")
                .map(message -> message.getBytes(StandardCharsets.UTF_8));
    }

    private static String binary(String type) {
        return "content-type: application/json\nce_specversion: 1.0\nce_id: 1\nce_source: /a\nce_type: " + type + "\n";
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void atLength(byte[] message) {
        check(message);
    }

    /** Fails where the class comment is not true of it. */
    public static void check(byte[] message) {
        var kafka = new ArrayList<Map.Entry<String, byte[]>>();
        var http = new ArrayList<Map.Entry<String, String>>();
        var at = 0;
        for (var end = lineEnd(message, at); end > at; end = lineEnd(message, at)) {
            var line = Arrays.copyOfRange(message, at, end);
            var text = new String(line, StandardCharsets.ISO_8859_1);
            var colon = text.indexOf(": ");
            var name = colon < 0 ? text : text.substring(0, colon);
            var valueAt = colon < 0 ? line.length : colon + 2;
            kafka.add(Map.entry(name, Arrays.copyOfRange(line, valueAt, line.length)));
            http.add(Map.entry(name, text.substring(valueAt)));
            at = end + 1;
        }
        var body = Arrays.copyOfRange(message, Math.min(at + 1, message.length), message.length);

        var reads = new ArrayList<>(
                List.of(CloudEvents.kafka(kafka, body), CloudEvents.http(http, body), CloudEvents.structured(body)));
        reads.addAll(CloudEvents.batch(body));
        reads.forEach(EventFuzzTest::check);
    }

    private static int lineEnd(byte[] message, int from) {
        for (var i = from; i < message.length; i++) {
            if (message[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static void check(Checked<CloudEvent> read) {
        switch (read) {
            case Checked.Bad(var reason) -> assertThat(reason).isNotBlank().hasSizeLessThan(2_000);
            case Checked.Good(var event) -> {
                var codec = Samples.codec();
                switch (Samples.decode(codec, event, Samples.NOW)) {
                    case Checked.Bad(var reason) ->
                        assertThat(reason).isNotBlank().hasSizeLessThan(20_000);
                    case Checked.Good(var decoded) -> check(codec, decoded.content());
                }
            }
        }
    }

    private static void check(EventCodec codec, Decoded decoded) {
        switch (decoded) {
            case Decoded.Invalid(var failed) -> {
                var written = codec.encode(failed, "cause");
                assertThat(EventSchema.FAILED.validate(Samples.data(written))).isEmpty();
            }
            case Decoded.Continuation(var pending) -> assertSurvives(codec, pending);
            case Decoded.Life(var followed) -> {
                var written = codec.encode(followed, "cause");
                assertThat(Samples.decoded(codec, written, Samples.NOW.plusSeconds(60)))
                        .isEqualTo(new Decoded.Life(followed));
            }
            case Decoded.Mark(var marked) -> {
                var written = codec.encode(marked, "cause");
                assertThat(Samples.decoded(codec, written, Samples.NOW.plusSeconds(60)))
                        .isEqualTo(new Decoded.Mark(marked));
            }
            case Decoded.Request(var request) when !(request.wish() instanceof Wish.NewSegment) -> {}
            case Decoded.Request(var request) ->
                assertSurvives(
                        codec,
                        new RelayEvent.Pending(
                                request,
                                Step.CREATE_DEFINITION,
                                request.key().uuid(),
                                request.key().uuid(),
                                Samples.NOW,
                                java.util.Optional.empty(),
                                java.util.Set.of()));
        }
    }

    private static void assertSurvives(EventCodec codec, RelayEvent.Pending pending) {
        var written = codec.encode(pending, "cause");
        assertThat(Samples.decoded(codec, written, Samples.NOW.plusSeconds(60)))
                .isEqualTo(new Decoded.Continuation(pending));
    }
}
