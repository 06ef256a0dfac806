package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import io.segmentrelay.trigger.kafka.FollowedTable.State;

import static org.assertj.core.api.Assertions.assertThat;

class FollowedTableTest {

    private static final TopicPartition PARTITION = new TopicPartition("segment-followed", 0);
    private static final TopicPartition ADDED = new TopicPartition("segment-followed", 1);
    private static final Instant START = Instant.parse("2026-01-05T08:00:00Z");

    private final FollowedTable table = new FollowedTable();

    private void state(TopicPartition partition, long offset, long turn) {
        table.state("a", new State(partition, offset, START.plusSeconds(turn), turn, false));
    }

    @Test
    void theHighestTurnIsTheLatest() {
        // When
        state(PARTITION, 3, 0);
        state(PARTITION, 5, 1);

        // Then
        assertThat(table.isLatest("a", PARTITION, 3)).isFalse();
        assertThat(table.isLatest("a", PARTITION, 5)).isTrue();
        assertThat(table.isLatest("b", PARTITION, 5)).isFalse();
    }

    @Test
    void ofTheSameTurnTheFirstIs() {
        // When
        state(PARTITION, 3, 1);
        state(PARTITION, 5, 1);
        state(PARTITION, 6, 0);

        // Then
        assertThat(table.isLatest("a", PARTITION, 3)).isTrue();
        assertThat(table.isLatest("a", PARTITION, 5)).isFalse();
    }

    @Test
    void aTombstoneEndsAKeyThatMayBeginAnew() {
        // Given
        state(PARTITION, 3, 17);

        // When
        table.tombstone("a", PARTITION, START.plusSeconds(18));

        // Then
        assertThat(table.isLatest("a", PARTITION, 3)).isFalse();
        assertThat(table.size()).isZero();

        // When
        state(PARTITION, 9, 0);

        // Then: in the same partition the order says which comes after which, whatever the clocks
        assertThat(table.isLatest("a", PARTITION, 9)).isTrue();
    }

    @Test
    void whoHadNotHeardOfItsEndDoesNotGoOnWithAKey() {
        // Given
        state(PARTITION, 3, 17);
        table.tombstone("a", PARTITION, START.plusSeconds(18));

        // When: while the topic is read for the first time, and afterwards
        state(PARTITION, 5, 18);
        var first = table.isLatest("a", PARTITION, 5);
        table.complete();
        state(PARTITION, 6, 19);
        var afterwards = table.isLatest("a", PARTITION, 6);
        state(PARTITION, 7, 0);

        // Then
        assertThat(first).isFalse();
        assertThat(afterwards).isFalse();
        assertThat(table.isLatest("a", PARTITION, 7)).as("begun anew").isTrue();
    }

    @Test
    void aMarkNeedsNoEarlierOne() {
        // Given
        table.complete();

        // When
        table.mark("m", new State(PARTITION, 4, START, 1_000, false));
        table.mark("m", new State(PARTITION, 6, START, 3_000, false));
        table.mark("m", new State(PARTITION, 8, START, 2_000, false));

        // Then
        assertThat(table.isLatest("m", PARTITION, 6)).isTrue();
    }

    @Test
    void whatWasAskedForBeforeTheEndOfALifeWasBegunByIt() {
        // Given
        state(PARTITION, 3, 0);
        var alive = table.isBegun("a", START.plusSeconds(9));

        // When
        table.complete();
        table.tombstone("a", PARTITION, START.plusSeconds(18));

        // Then
        assertThat(alive).isTrue();
        assertThat(table.isBegun("a", START)).as("a repeat").isTrue();
        assertThat(table.isBegun("a", START.plusSeconds(19))).as("sent anew").isFalse();
        assertThat(table.isBegun("b", START)).isFalse();

        // When: two days on
        table.tombstone("b", PARTITION, START.plus(Duration.ofDays(2)));

        // Then
        assertThat(table.isBegun("a", START))
                .as("as long as tombstones are kept")
                .isFalse();
    }

    @Test
    void inAnotherPartitionTheTurnDecides() {
        // When: the new one is read first
        state(ADDED, 0, 18);
        state(PARTITION, 3, 17);

        // Then
        assertThat(table.isLatest("a", ADDED, 0)).isTrue();
        assertThat(table.isLatest("a", PARTITION, 3)).isFalse();
    }

    @Test
    void aTombstoneInAnotherPartitionEndsWhatWasWrittenBefore() {
        // When: the tombstone is read first
        table.tombstone("a", ADDED, START.plusSeconds(18));
        state(PARTITION, 3, 17);

        // Then
        assertThat(table.isLatest("a", PARTITION, 3)).isFalse();

        // When
        state(ADDED, 2, 0);

        // Then
        assertThat(table.isLatest("a", ADDED, 2)).isTrue();
    }

    @Test
    void whoWaitsForARecordIsToldWhenItIsRead() {
        // Given
        var told = new ArrayList<Long>();
        for (var offset : List.of(4L, 5L, 9L)) {
            table.awaitRead(PARTITION, offset).subscribe().with(read -> told.add(offset));
        }
        var gone = table.awaitRead(PARTITION, 4).subscribe().with(read -> told.add(-1L));
        gone.cancel();

        // When
        table.read(ADDED, 100);
        table.read(PARTITION, 6);

        // Then
        assertThat(told).containsExactly(4L, 5L);

        // When
        table.awaitRead(PARTITION, 2).subscribe().with(read -> told.add(2L));

        // Then
        assertThat(told).containsExactly(4L, 5L, 2L);
    }

    @Test
    void tellsOfEachNewLatest() {
        // Given
        var turns = new ArrayList<Long>();
        table.onLatest((key, state) -> turns.add(state.turn()));

        // When
        state(PARTITION, 3, 1);
        state(PARTITION, 4, 1);
        state(PARTITION, 5, 2);
        state(PARTITION, 6, 0);

        // Then
        assertThat(turns).containsExactly(1L, 2L);
    }

    @Test
    void aLaterStateFromElsewhereEndsALifeAndThoseThatWaitForIt() {
        // Given
        var lives = new LivesUnderWay();
        var ended = new ArrayList<Long>();
        var others = new AtomicInteger();
        for (var turn : List.of(3L, 4L, 5L)) {
            lives.superseded("a", turn).subscribe().with(newer -> ended.add(turn));
        }
        lives.superseded("b", 1).subscribe().with(newer -> others.incrementAndGet());

        // When
        lives.newer("a", 5);

        // Then
        assertThat(ended).containsExactly(4L, 3L);
        assertThat(others).hasValue(0);
        assertThat(lives.size()).isEqualTo(2);
    }
}
