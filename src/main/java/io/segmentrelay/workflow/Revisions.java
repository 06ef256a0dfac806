package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.EventIds;
import io.segmentrelay.event.Follow.Deliver;
import io.segmentrelay.event.Told;
import io.segmentrelay.sketch.Reconciliation;
import io.segmentrelay.sketch.Reconciliation.Difference;
import io.segmentrelay.sketch.Sketch;

/**
 * What is carried of a membership, and how another one differs from it.
 *
 * @param maxSketch characters of the longest sketch
 */
record Revisions(int maxSketch) {

    /** Of a first sketch, before anything is known of the segment: so much of it may change. */
    private static final int PARTS_OF_FIRST = 1_000;

    /** What a sketch may take in memory that was made under another setting. */
    private static final int MOST_READ = 1 << 24;

    /**
     * A membership that was read.
     *
     * @param snapshotId its id
     * @param sha256 as {@link Told#sha256} has it
     */
    record Membership(MemberList list, UUID snapshotId, String sha256) {

        static Membership of(UUID segmentId, MemberList list) {
            var digest = list.members().digest();
            return new Membership(
                    list,
                    EventIds.snapshotId(segmentId, digest),
                    Base64.getEncoder().encodeToString(digest));
        }

        MemberSet members() {
            return list.members();
        }
    }

    /** The first one. */
    Told first(Membership read, Optional<Instant> computedAt, Deliver deliver) {
        return told(0, read, computedAt, deliver, read.members().size() / PARTS_OF_FIRST);
    }

    /** The one after a change: what changes next is expected to be as much, or half as much as was expected until now. */
    Told changed(Told before, Membership read, Optional<Instant> computedAt, Deliver deliver, Difference change) {
        return told(before.revision() + 1, read, computedAt, deliver, Math.max(change.size(), before.lastChange() / 2));
    }

    /** The one after a change that could not be told as one: twice as much is expected. */
    Told replaced(Told before, Membership read, Optional<Instant> computedAt, Deliver deliver) {
        var atLeast = Math.abs(read.members().size() - before.memberCount());
        var expected = Math.max(atLeast, Math.min(before.lastChange(), Integer.MAX_VALUE / 2) * 2);
        return told(before.revision() + 1, read, computedAt, deliver, Math.max(Sketch.MIN_CELLS, expected));
    }

    /** What changed; empty where that cannot be told for certain. */
    static Optional<Difference> difference(Told before, Membership read) {
        return before.sketch()
                .flatMap(sketch -> Sketch.fromBase64(sketch, MOST_READ))
                .map(sketch ->
                        sketch.reconcile(read.members(), Base64.getDecoder().decode(before.sha256())))
                .flatMap(answer -> answer instanceof Reconciliation.Difference difference
                        ? Optional.of(difference)
                        : Optional.empty());
    }

    private Told told(long revision, Membership read, Optional<Instant> computedAt, Deliver deliver, int change) {
        return new Told(
                revision,
                read.snapshotId(),
                read.sha256(),
                read.members().size(),
                computedAt,
                Optional.of(deliver).filter(Deliver.CHANGES::equals).map(changes -> sketch(read.members(), change)),
                change);
    }

    private String sketch(MemberSet members, int change) {
        return Sketch.of(members, Sketch.cellsFor(change, maxSketch / 4 * 3)).toBase64();
    }
}
