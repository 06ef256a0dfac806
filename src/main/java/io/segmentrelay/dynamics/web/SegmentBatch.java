package io.segmentrelay.dynamics.web;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.segmentrelay.dynamics.Dynamics.Made;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.limits.CallPriority;

/**
 * Both rows and the publish with one {@code $batch}: the creates in a change set, so that there are both or none, the publish after
 * it, which is made only where they were. It is a shortcut and decides nothing: whatever it has not done the single calls do, and
 * find out why.
 *
 * <p>Safe to repeat: where the first one was done, the second one's change set is refused (412), and the server goes no further.
 *
 * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api">
 *     Execute batch operations using the Web API</a>
 */
final class SegmentBatch {

    private static final Logger LOG = Logger.getLogger(SegmentBatch.class);

    private final ApiConnections api;
    private final GatedCalls calls;
    private final String version;
    private final AtomicBoolean told = new AtomicBoolean();

    SegmentBatch(ApiConnections api, GatedCalls calls, String version) {
        this.api = api;
        this.calls = calls;
        this.version = version;
    }

    Uni<Made> make(UUID definitionId, byte[] definition, UUID segmentId, byte[] segment, byte[] publish) {
        var body = new BatchBody(version)
                .beginChangeSet()
                .post("msdynmkt_segmentdefinitions", definition)
                .post("msdynmkt_segments", segment)
                .endChangeSet()
                .post("msdynmkt_PublishSegmentDefinition", publish);
        return calls.call(
                        CallPriority.CREATE_DEFINITION,
                        true,
                        auth -> api.repeatable(to -> to.batch(version, auth, body.contentType(), body.bytes()))
                                .map(BatchAnswer::of),
                        BatchAnswer::speaking)
                .map(answer -> made(answer, definitionId, segmentId));
    }

    private Made made(BatchAnswer answer, UUID definitionId, UUID segmentId) {
        if (answer.parts().isEmpty()) {
            refused(answer.whole().status());
        }
        if (!answer.isDone(0) || !answer.isDone(1)) {
            return new Made.Unknown();
        }
        var defined = Answers.entityId(answer.parts().get(0)).orElse(definitionId);
        var ids = new SegmentIds(Answers.entityId(answer.parts().get(1)).orElse(segmentId), defined);
        if (!defined.equals(definitionId)) {
            return new Made.Defined(defined);
        }
        return answer.isDone(2) && ids.segmentId().equals(segmentId) ? new Made.Published(ids) : new Made.Drafted(ids);
    }

    /** Who takes no batch says so once in the log, and is asked again: the setting is somebody's wish. */
    private void refused(int status) {
        if (told.compareAndSet(false, true)) {
            LOG.warnf(
                    "Dynamics answers $batch with %d, and no answers in it: each segment is made by single calls after it. Set relay.dynamics.batch=off if this stays so.",
                    status);
        }
    }
}
