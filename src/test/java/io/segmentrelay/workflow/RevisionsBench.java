package io.segmentrelay.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.Follow.Deliver;
import io.segmentrelay.workflow.Revisions.Membership;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which share of refreshes is told as a change, and not as a whole snapshot, where each sketch is sized by what was seen before it.
 * Prints a table: {@code ./mvnw -Dtest=RevisionsBench test}.
 */
class RevisionsBench {

    private static final UUID SEGMENT = new UUID(1, 1);
    private static final Revisions REVISIONS = new Revisions(64 * 1024);

    @ParameterizedTest
    @CsvSource({
        // members, changed of a thousand at each refresh, refreshes
        "1000, 1, 200",
        "1000, 10, 200",
        "1000, 100, 200",
        "10000, 1, 200",
        "10000, 10, 200",
        "10000, 100, 200",
        "100000, 1, 50",
        "100000, 10, 50",
        "100000, 100, 20",
    })
    void measures(int size, int perMille, int refreshes) {
        // Given
        var random = new SplittableRandom(size + perMille);
        var read = membership(MemberSet.of(strangers(random, size)));
        var told = REVISIONS.first(read, Optional.empty(), Deliver.CHANGES);
        var changes = 0;
        var characters = 0L;

        // When
        for (var refresh = 0; refresh < refreshes; refresh++) {
            // A half to one and a half times as much as usual: the one is never like the other.
            var changing = Math.max(1, (int) (size * perMille / 2_000d * (0.5 + random.nextDouble())));
            read = membership(next(read.members(), changing, random));
            var later = read;
            var before = told;
            var difference = Revisions.difference(before, later);
            told = difference
                    .map(change -> REVISIONS.changed(before, later, Optional.empty(), Deliver.CHANGES, change))
                    .orElseGet(() -> REVISIONS.replaced(before, later, Optional.empty(), Deliver.CHANGES));
            difference.ifPresent(change -> assertThat(change.size()).isEqualTo(2 * changing));
            changes += difference.isPresent() ? 1 : 0;
            characters += told.sketch().orElseThrow().length();
        }

        // Then
        assertThat(told.revision()).isEqualTo(refreshes);
        System.out.printf(
                "%,9d members, %4.1f %% changed: %5.1f %% of %d refreshes told as a change, sketches of %,6d characters%n",
                size, perMille / 10d, 100d * changes / refreshes, refreshes, characters / refreshes);
    }

    private static Membership membership(MemberSet members) {
        return Membership.of(
                SEGMENT, new MemberList(members, Optional.of("contactid"), OptionalLong.of(members.size())));
    }

    /** The first of a random part leave, as many strangers join. */
    private static MemberSet next(MemberSet earlier, int changing, SplittableRandom random) {
        var from = random.nextInt(earlier.size() - changing + 1);
        var members = new ArrayList<>(earlier.slice(0, from));
        members.addAll(earlier.slice(from + changing, earlier.size()));
        members.addAll(strangers(random, changing));
        return MemberSet.of(members);
    }

    private static List<UUID> strangers(SplittableRandom random, int number) {
        return Stream.generate(() -> new UUID(
                        (random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | 0x8000000000000000L))
                .limit(number)
                .toList();
    }
}
