package io.segmentrelay.relay;

import java.util.Iterator;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.workflow.Outcome;

/**
 * Hands the pages of a membership, or of a change of one, over: a consumer sees them in order, and only a few are in memory. The first one goes
 * alone, since it shows whether such long ones are taken; of the others as many are on their way as the sink keeps in order.
 *
 * <p>Where a receiver finds a page too large, all are cut anew, half as long, and sent from the first one on, so that all
 * pages of one cut agree on their number. How large a page may be is not asked beforehand: that takes a right at the broker,
 * and is not to be known of a sink; and with a compression no size is known before it is tried. The lengths that are tried
 * depend on the membership and the setting alone, so that a repeat comes to the same cut, with the same ids. Another cut never
 * has the ids of this one, since they are made of the cut: a page of a cut that was given up (only where a later page is less
 * compressible than the first) counts for nothing.
 */
final class Pages {

    private final EventCodec codec;
    private final EventSink sink;
    private final ObservedProgress progress;
    private final int pageSize;

    /**
     * For the given sink.
     *
     * @param pageSize members on a page, at most
     */
    Pages(EventCodec codec, EventSink sink, ObservedProgress progress, int pageSize) {
        this.codec = codec;
        this.sink = sink;
        this.progress = progress;
        this.pageSize = pageSize;
    }

    /** Completes when all pages of one cut are handed over. */
    Uni<Void> handOver(Outcome.Paged paged, String causationId) {
        return handOver(paged, causationId, Math.min(pageSize, Math.max(1, paged.size())));
    }

    private Uni<Void> handOver(Outcome.Paged paged, String causationId, int length) {
        return Uni.createFrom()
                .deferred(() -> {
                    var pages = paged.pages(length);
                    return send(pages.next(), causationId, length).chain(() -> others(pages, causationId, length));
                })
                .onFailure(failure -> length > 1 && Refused.isTooLarge(failure))
                .recoverWithUni(refused -> {
                    progress.cut(paged, length, length / 2, refused);
                    return handOver(paged, causationId, length / 2);
                });
    }

    private Uni<Void> others(Iterator<RelayEvent> pages, String causationId, int length) {
        return Multi.createFrom()
                .iterable(() -> pages)
                .onItem()
                .transformToUni(page -> send(page, causationId, length))
                .merge(sink.inOrder())
                .onItem()
                .ignoreAsUni();
    }

    private Uni<Void> send(RelayEvent page, String causationId, int length) {
        var event = codec.encode(page, causationId);
        // One that cannot be shorter waits until the receiver takes it.
        return length > 1 ? sink.sendUnlessTooLarge(event) : sink.send(event);
    }
}
