package io.segmentrelay.event;

import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;

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
            // Pages with their cut (pages, members on this one), so that another page size never reuses an id for other
            // members.
            case RelayEvent.ReadyPage page -> ready(page);
            case RelayEvent.ChangedPage page ->
                NameUuid.of(
                        "changed",
                        key.source(),
                        key.id(),
                        Long.toString(page.revision()),
                        page.previousSnapshotId().toString(),
                        page.snapshotId().toString(),
                        Integer.toString(page.page()),
                        Integer.toString(page.pageCount()),
                        Integer.toString(page.joined().size()),
                        Integer.toString(page.left().size()));
            case RelayEvent.Followed followed ->
                NameUuid.of("followed", key.source(), key.id(), Long.toString(followed.turn()), causationId);
            case RelayEvent.Marked marked ->
                NameUuid.of(
                        "marked", marked.mark().mailboxKey(), marked.mark().at().toString());
            case RelayEvent.Ended ended ->
                NameUuid.of(
                        "ended",
                        key.source(),
                        key.id(),
                        Long.toString(ended.revision()),
                        ended.reason().label());
            // Whoever asked for it: a segment is deleted once.
            case RelayEvent.Retired retired ->
                NameUuid.of("retired", retired.segmentId().toString());
            // A request fails once: whatever the reason, it is the same event.
            case RelayEvent.Failed failed -> NameUuid.of("failed", key.source(), key.id());
        };
    }

    private static UUID ready(RelayEvent.ReadyPage page) {
        var names = Stream.of(
                "ready",
                page.key().source(),
                page.key().id(),
                page.snapshotId().toString(),
                Integer.toString(page.page()),
                Integer.toString(page.pageCount()),
                Integer.toString(page.members().size()));
        // A membership may come back in a later revision.
        var further = page.replaces().stream().flatMap(r -> Stream.of("revision", Long.toString(r.revision())));
        return NameUuid.of(Stream.concat(names, further).toArray(String[]::new));
    }
}
