package io.segmentrelay.trigger.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

import io.cloudevents.kafka.KafkaMessageFactory;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Told;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.sketch.Sketch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a followed segment costs on Kafka in a day: the records as a broker stores them, compressed as the application's settings have it,
 * each in a batch of its own. Prints a table: {@code ./mvnw -Dtest=FollowedBytesBench test}.
 */
class FollowedBytesBench {

    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");
    private static final UUID SEGMENT = new UUID(0x6f1c_0000_0000_4000L, 0x8000_0000_0000_0001L);
    private static final UUID DEFINITION = new UUID(0x6f1c_0000_0000_4000L, 0x8000_0000_0000_0002L);

    /** One of each hour, that says that somebody is there. */
    private static final int HOURLY = 24;

    private static final int CHANGES = 4;

    private final EventCodec codec = new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS);
    private final SplittableRandom random = new SplittableRandom(365);

    @ParameterizedTest
    @CsvSource({
        // members, of which so many change at a time
        "1000, 10",
        "10000, 10",
        "10000, 100",
        "100000, 100",
        "100000, 1000",
        "1000000, 1000",
    })
    void measures(int size, int change) {
        // Given
        var members = MemberSet.of(ids(size));
        var sketch =
                Sketch.of(members, Sketch.cellsFor(change, 64 * 1024 * 3 / 4)).toBase64();
        var told = new Told(
                12,
                new UUID(random.nextLong(), random.nextLong()),
                Base64.getEncoder().encodeToString(members.digest()),
                size,
                Optional.of(NOW),
                Optional.of(sketch),
                change);
        var next = new UUID(random.nextLong(), random.nextLong());

        // When
        var following = stored(followed(new LifeStage.Following(told)));
        var telling = stored(followed(new LifeStage.Telling(told, next, false, NOW)));
        var page = stored(changed(told, next, ids(change / 2), ids(change / 2)));

        // Then
        assertThat(following).isGreaterThan(sketch.length() / 2).isLessThan(sketch.length() + 2 * 1024);
        System.out.printf(
                "%,9d members, %,5d changed: a state has %,6d bytes; a day's %d hourly ones and %d changes %,9d bytes in segment-followed (%,6d of them live), and %,7d bytes of changes in segment-ready%n",
                size,
                change,
                following,
                HOURLY,
                CHANGES,
                HOURLY * following + CHANGES * (telling + following),
                following,
                CHANGES * page);
    }

    private SegmentRequest request() {
        var follow = new Follow(NOW, NOW.plus(Duration.ofDays(30)), Follow.Deliver.CHANGES);
        return new SegmentRequest(
                new RequestKey("/campaigns", "order-17"),
                new Wish.Members(new Target.Segment(SEGMENT)),
                new Afterwards(Optional.of(follow), Optional.empty()),
                NOW,
                NOW.plus(Duration.ofHours(2)),
                Optional.empty(),
                Set.of());
    }

    private static SegmentFacts facts() {
        return new SegmentFacts("County known", "contact", Optional.of(Duration.ofHours(1)));
    }

    private RelayEvent.Followed followed(LifeStage stage) {
        return new RelayEvent.Followed(request(), SEGMENT, DEFINITION, facts(), 99, NOW, Optional.empty(), stage);
    }

    private RelayEvent.ChangedPage changed(Told told, UUID next, List<UUID> joined, List<UUID> left) {
        return new RelayEvent.ChangedPage(
                request(),
                SEGMENT,
                DEFINITION,
                facts(),
                "contactid",
                13,
                told.snapshotId(),
                next,
                told.memberCount(),
                1,
                1,
                joined,
                left,
                NOW);
    }

    /** The batch of this one record, in bytes. */
    private int stored(RelayEvent event) {
        var record = KafkaMessageFactory.<String>createWriter("segment-followed", SEGMENT.toString())
                .writeBinary(codec.encode(event, "5f0c3c6a-6a8e-4a55-9c1b-3d4a8e6f2b10"));
        return MemoryRecords.withRecords(
                        Compression.of(CompressionType.LZ4).build(),
                        new SimpleRecord(
                                NOW.toEpochMilli(),
                                record.key().getBytes(StandardCharsets.UTF_8),
                                record.value(),
                                record.headers().toArray()))
                .sizeInBytes();
    }

    private List<UUID> ids(int number) {
        return Stream.generate(() -> new UUID(
                        (random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | 0x8000000000000000L))
                .limit(number)
                .sorted()
                .toList();
    }
}
