package io.segmentrelay.event;

import java.util.HexFormat;
import java.util.UUID;

/** Ids that are functions of what they name: a repeat has the same one, so that consumers can drop it. */
public final class EventIds {

    private EventIds() {}

    /**
     * The id of a membership: the same for the same members of the same segment.
     *
     * @param segmentId the segment
     * @param digest of the members in their order, of any length
     */
    public static UUID snapshotId(UUID segmentId, byte[] digest) {
        return NameUuid.of("snapshot", segmentId.toString(), HexFormat.of().formatHex(digest));
    }

    /** The CloudEvents {@code id} of an emitted event; {@code causationId} is the {@code id} of the event that caused it. */
    public static UUID of(RelayEvent event, String causationId) {
        var key = event.key();
        return switch (event) {
            // Named by the delivery that ended: its repeat hands over the same continuation, the next delivery another
            // one, which a broker that drops repeats must not drop.
            case RelayEvent.Pending pending ->
                NameUuid.of("pending", key.source(), key.id(), pending.step().label(), causationId);
            // With the cut (pages, members on this one), so that another page size never reuses an id for other
            // members.
            case RelayEvent.ReadyPage page ->
                NameUuid.of(
                        "ready",
                        key.source(),
                        key.id(),
                        page.snapshotId().toString(),
                        Integer.toString(page.page()),
                        Integer.toString(page.pageCount()),
                        Integer.toString(page.members().size()));
            // A request fails once: whatever the reason, it is the same event.
            case RelayEvent.Failed failed -> NameUuid.of("failed", key.source(), key.id());
        };
    }
}
