package io.segmentrelay.event.codec;

import java.time.DateTimeException;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.event.Mark;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.wire.Checked;

/** Reads the data of {@code io.segmentrelay.segment.marked.v1}. */
final class MarkReader {

    private MarkReader() {}

    /** The mark, or why it cannot be read. */
    static Checked<RelayEvent.Marked> read(ObjectNode data) {
        var findings = SchemaFindings.of(EventSchema.MARKED, data);
        if (!findings.isEmpty()) {
            return new Checked.Bad<>(findings.message());
        }
        var key = ContinuationFields.key(data);
        var misfit = ContinuationFields.misfit(key);
        if (misfit.isPresent()) {
            return new Checked.Bad<>(misfit.get());
        }
        try {
            var mark = new Mark(
                    Mark.Kind.of(ContinuationFields.string(data, "mark")),
                    ContinuationFields.target(data),
                    ContinuationFields.instant(data, "at"));
            return new Checked.Good<>(new RelayEvent.Marked(key, mark, ContinuationFields.trace(data)));
        } catch (DateTimeException e) {
            return new Checked.Bad<>("a time in it is none");
        }
    }
}
