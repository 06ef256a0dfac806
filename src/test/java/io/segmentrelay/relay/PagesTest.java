package io.segmentrelay.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.sketch.Reconciliation.Difference;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.Backoff;
import io.segmentrelay.workflow.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

class PagesTest {

    private static final int PAGE_SIZE = 5_000;
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    private final VirtualTime time = new VirtualTime();
    private final List<CloudEvent> taken = new ArrayList<>();
    private Predicate<CloudEvent> fits = event -> true;

    /** A sink that keeps five in order, and takes each when it is told to. */
    private static final class SlowSink implements EventSink {
        private final List<CloudEvent> sent = new ArrayList<>();
        private final List<UniEmitter<? super Void>> waiting = new ArrayList<>();

        @Override
        public Uni<Void> send(CloudEvent event) {
            return Uni.createFrom().emitter(emitter -> {
                sent.add(event);
                waiting.add(emitter);
            });
        }

        @Override
        public int inOrder() {
            return 5;
        }

        private List<Integer> pages() {
            return sent.stream().map(event -> page(event).path("page").asInt()).toList();
        }

        private static JsonNode page(CloudEvent event) {
            try {
                return JSON.readTree(Objects.requireNonNull(event.getData()).toBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void theFirstPageGoesAloneAndThenAsManyAsTheSinkKeepsInOrder() {
        // Given
        var sink = new SlowSink();
        var codec = new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS);
        var pages = new Pages(codec, sink, new ObservedProgress(new SimpleMeterRegistry(), time), 10);

        // When / Then
        var done = pages.handOver(ready(80), "cause").subscribe().withSubscriber(UniAssertSubscriber.create());
        assertThat(sink.pages()).containsExactly(1);
        sink.waiting.get(0).complete(null);
        assertThat(sink.pages()).containsExactly(1, 2, 3, 4, 5, 6);
        sink.waiting.get(2).complete(null);
        assertThat(sink.pages()).containsExactly(1, 2, 3, 4, 5, 6, 7);
        sink.waiting.get(1).complete(null);
        assertThat(sink.pages()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        List.copyOf(sink.waiting).subList(3, 7).forEach(emitter -> emitter.complete(null));
        done.assertNotTerminated();
        sink.waiting.getLast().complete(null);
        done.assertCompleted();
    }

    private UniAssertSubscriber<Void> handOver(int members) {
        return handOver(ready(members));
    }

    private UniAssertSubscriber<Void> handOver(Outcome.Paged paged) {
        var meters = new SimpleMeterRegistry();
        var sink = new RetryingSink(
                event -> {
                    if (!fits.test(event)) {
                        return Uni.createFrom().failure(new Refused("answers", Refused.Reason.TOO_LARGE, "too large"));
                    }
                    taken.add(event);
                    return Uni.createFrom().voidItem();
                },
                time,
                new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
                () -> 1,
                new Undelivered(meters, time, List.of()));
        var codec = new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS);
        return new Pages(codec, sink, new ObservedProgress(meters, time), PAGE_SIZE)
                .handOver(paged, "cause")
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    private static Outcome.Ready ready(int members) {
        var request = request();
        return new Outcome.Ready(
                request,
                new SegmentIds(request.key().uuid(), request.key().uuid()),
                new MemberList(MemberSet.of(ids(0, members)), Optional.of("contactid"), OptionalLong.of(members)),
                NOW,
                Set.of());
    }

    /** Some who joined, and others who left. */
    private static Outcome.Changed changed(int joined, int left) {
        var request = request();
        var all = MemberSet.of(ids(0, joined));
        var others = MemberSet.of(ids(joined, joined + left));
        return new Outcome.Changed(
                request,
                new SegmentIds(request.key().uuid(), request.key().uuid()),
                SegmentFacts.of(((Wish.NewSegment) request.wish()).spec()),
                "contactid",
                90_000,
                new Difference(all.slice(0, joined), others.slice(0, left)),
                7,
                new UUID(6, 6),
                new UUID(7, 7),
                NOW,
                Optional.empty(),
                ready(0).after());
    }

    private static List<UUID> ids(int from, int to) {
        return LongStream.range(from, to)
                .mapToObj(i -> new UUID(0x9E37_79B9_7F4A_7C15L * i, i))
                .toList();
    }

    private static SegmentRequest request() {
        var spec = new SegmentSpec(
                "Large",
                Optional.empty(),
                "contact",
                SegmentType.STATIC,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new SegmentRequest(
                new RequestKey("/tests", "large"), spec, NOW, NOW.plus(Duration.ofHours(2)), Optional.empty());
    }

    private static int bytes(CloudEvent event) {
        return Objects.requireNonNull(event.getData()).toBytes().length;
    }

    private static JsonNode data(CloudEvent event) {
        try {
            return JSON.readTree(Objects.requireNonNull(event.getData()).toBytes());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> members(List<CloudEvent> pages) {
        return ids(pages, "members");
    }

    private static List<String> ids(List<CloudEvent> pages, String field) {
        return pages.stream()
                .flatMap(page -> data(page).path(field).valueStream().map(JsonNode::asText))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        // members, bytes that a page may have, pages
        "5000, 1000000, 1",
        "5000, 100000, 2",
        "5000, 50000, 4",
        "5000, 3000, 129",
        "5001, 100000, 3",
        "3000, 100000, 2",
        "7, 500, 7",
        "0, 1000, 1",
    })
    void pagesThatAreTooLargeAreCutUntilTheyFit(int members, int most, int pageCount) {
        // Given
        fits = event -> bytes(event) <= most;

        // When
        var handing = handOver(members);

        // Then
        handing.assertCompleted();
        assertThat(taken).hasSize(pageCount).allSatisfy(page -> {
            assertThat(data(page).path("pageCount").asInt()).isEqualTo(pageCount);
            assertThat(data(page).path("memberCount").asInt()).isEqualTo(members);
        });
        assertThat(taken).extracting(page -> data(page).path("page").asInt()).isSorted();
        assertThat(members(taken)).hasSize(members).doesNotHaveDuplicates().isSorted();
    }

    @ParameterizedTest
    @CsvSource({
        // joined, left, bytes that a page may have, pages
        "3000, 2000, 1000000, 1",
        "3000, 2000, 100000, 2",
        "3000, 2000, 50000, 4",
        "0, 5000, 100000, 2",
        "5000, 0, 100000, 2",
        "2, 1, 500, 3",
    })
    void pagesOfAChangeThatAreTooLargeAreCutUntilTheyFit(int joined, int left, int most, int pageCount) {
        // Given
        fits = event -> bytes(event) <= most;
        var change = changed(joined, left);

        // When
        var handing = handOver(change);

        // Then: all pages say the same of the change, those who joined come first, and nobody is lost
        handing.assertCompleted();
        assertThat(taken).hasSize(pageCount).allSatisfy(page -> {
            assertThat(page.getType()).isEqualTo(EventTypes.CHANGED);
            assertThat(data(page).path("pageCount").asInt()).isEqualTo(pageCount);
            assertThat(data(page).path("revision").asLong()).isEqualTo(7);
            assertThat(data(page).path("memberCount").asInt()).isEqualTo(90_000);
        });
        assertThat(taken).extracting(CloudEvent::getId).doesNotHaveDuplicates();
        assertThat(ids(taken, "joined"))
                .isEqualTo(change.change().joined().stream().map(UUID::toString).toList());
        assertThat(ids(taken, "left"))
                .isEqualTo(change.change().left().stream().map(UUID::toString).toList());
        assertThat(taken.stream()
                        .dropWhile(page -> data(page).path("left").isEmpty())
                        .skip(1))
                .as("after the first page with one who left")
                .allSatisfy(page -> assertThat(data(page).path("joined")).isEmpty());
    }

    @Test
    void aRepeatHasTheSamePagesAndIds() {
        // Given
        fits = event -> bytes(event) <= 50_000;
        handOver(5_000).assertCompleted();
        var first = List.copyOf(taken);
        taken.clear();

        // When
        handOver(5_000).assertCompleted();

        // Then
        assertThat(taken).isEqualTo(first);
    }

    @Test
    void aLaterPageThatIsTooLargeHasAllCutAnewWithOtherIds() {
        // Given: the second of two pages is less compressible
        fits = event -> data(event).path("page").asInt() < 2
                || data(event).path("members").size() <= 2_500;

        // When
        handOver(10_000).assertCompleted();

        // Then
        assertThat(taken)
                .extracting(page -> data(page).path("pageCount").asInt())
                .containsExactly(2, 4, 4, 4, 4);
        assertThat(taken).extracting(CloudEvent::getId).doesNotHaveDuplicates();
        assertThat(members(taken.subList(1, 5))).hasSize(10_000).doesNotHaveDuplicates();
    }

    @Test
    void aPageThatCannotBeShorterWaits() {
        // Given
        log.expectError(Undelivered.class, "too large; reason=too-large");
        fits = event -> false;

        // When
        var handing = handOver(10);
        time.advance(Duration.ofHours(1));

        // Then
        handing.assertNotTerminated();

        // When
        fits = event -> true;
        time.advance(Duration.ofMinutes(2));

        // Then
        handing.assertCompleted();
        assertThat(taken).hasSize(10);
        assertThat(members(taken)).hasSize(10).doesNotHaveDuplicates();
    }
}
