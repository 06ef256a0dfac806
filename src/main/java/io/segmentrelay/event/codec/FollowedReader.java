package io.segmentrelay.event.codec;

import java.time.DateTimeException;
import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.Checked;

import static io.segmentrelay.event.codec.ContinuationFields.id;
import static io.segmentrelay.event.codec.ContinuationFields.instant;
import static io.segmentrelay.event.codec.ContinuationFields.string;
import static io.segmentrelay.event.codec.ContinuationFields.text;

/** Reads the data of {@code io.segmentrelay.segment.followed.v1}, as strictly as {@link PendingReader} its own. */
final class FollowedReader {

    private FollowedReader() {}

    /** The continuation, or why it cannot be read. */
    static Checked<RelayEvent.Followed> read(ObjectNode data) {
        var findings = SchemaFindings.of(EventSchema.FOLLOWED, data);
        if (!findings.isEmpty()) {
            return new Checked.Bad<>(findings.message());
        }
        var misfit = ContinuationFields.misfit(ContinuationFields.key(data));
        if (misfit.isPresent()) {
            return new Checked.Bad<>(misfit.get());
        }
        try {
            return new Checked.Good<>(followed(data));
        } catch (DateTimeException e) {
            return new Checked.Bad<>("a time or a duration in it is none");
        }
    }

    private static RelayEvent.Followed followed(ObjectNode data) {
        var segmentId = id(data, "segmentId");
        return new RelayEvent.Followed(
                ContinuationFields.request(data, new Wish.Members(new Target.Segment(segmentId))),
                segmentId,
                id(data, "definitionId"),
                ContinuationFields.facts(data),
                data.path("turn").longValue(),
                instant(data, "since"),
                text(data, "retireAt").map(Instant::parse),
                stage(data));
    }

    /** The schema has seen to it that each has what it needs. */
    private static LifeStage stage(JsonNode data) {
        var told = ContinuationFields.told(data);
        return switch (string(data, "stage")) {
            case Stages.BEGINNING ->
                new LifeStage.Beginning(
                        instant(data, "liveAt"),
                        text(data, "computedAt").map(Instant::parse),
                        ContinuationFields.warnings(data));
            case Stages.FOLLOWING -> new LifeStage.Following(told.orElseThrow());
            case Stages.TELLING ->
                new LifeStage.Telling(
                        told.orElseThrow(),
                        id(data, "tellingTo"),
                        data.path("whole").booleanValue(),
                        instant(data, "computedAt"));
            case Stages.ENDING -> new LifeStage.Ending(told.orElseThrow(), EndReason.of(string(data, "reason")));
            case Stages.KEEPING -> new LifeStage.Keeping();
            case Stages.RETIRING ->
                new LifeStage.Retiring(ContinuationFields.retirement(data).orElseThrow(), told);
            default -> throw new IllegalStateException("the schema lets no other through");
        };
    }
}
