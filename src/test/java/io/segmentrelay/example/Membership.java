package io.segmentrelay.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The membership of one followed segment, kept current by the answers to its request: in order, as often as they come. */
public final class Membership {

    private static final JsonMapper JSON = new JsonMapper();

    private final Set<String> members = new HashSet<>();
    private final Map<List<?>, Map<Integer, JsonNode>> answers = new HashMap<>();
    private int revision = -1;
    private String snapshotId = "";
    private Instant computedAt = Instant.MIN;
    private boolean ended;

    /** Takes an answer's event, which is a page of it. */
    public void take(String type, JsonNode page) {
        var whole = type.equals("io.segmentrelay.segment.ready.v1");
        if (!whole && !type.equals("io.segmentrelay.segment.changed.v1")) {
            ended |= type.equals("io.segmentrelay.segment.ended.v1");
            return;
        }
        var next = page.path("revision").asInt(0);
        var at = Instant.parse(page.path(whole ? "liveAt" : "computedAt").asText());
        // A whole membership: of a later revision, or read again for the same one; after an end, of a follow that began
        // anew.
        // A change: only of what is held.
        var follows = whole
                ? next > revision || (next == revision && !at.isBefore(computedAt)) || (ended && at.isAfter(computedAt))
                : next == revision + 1
                        && page.path("previousSnapshotId").asText().equals(snapshotId);
        if (!follows) {
            return;
        }
        // Nothing counts before all of its pages are there: those of two answers may come mixed, and those of one
        // answer twice.
        var answer =
                List.of(type, next, page.path("previousSnapshotId"), page.path("snapshotId"), page.path("pageCount"));
        var pages = answers.computeIfAbsent(answer, first -> new TreeMap<>());
        pages.put(page.path("page").asInt(), page);
        if (pages.size() == page.path("pageCount").asInt()) {
            if (whole) {
                members.clear();
            }
            for (var each : pages.values()) {
                each.path("left").forEach(id -> members.remove(id.asText()));
                each.path("joined").forEach(id -> members.add(id.asText()));
                each.path("members").forEach(id -> members.add(id.asText()));
            }
            revision = next;
            snapshotId = page.path("snapshotId").asText();
            computedAt = at;
            ended &= !whole;
            answers.remove(answer);
            answers.keySet().removeIf(other -> (int) other.get(1) < next);
        }
    }

    /** Hands a record of the topic to the membership of its request; a segment may be followed by several requests. */
    public static void take(ConsumerRecord<?, byte[]> record, Map<List<String>, Membership> all) throws IOException {
        var type = new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
        var data = JSON.readTree(record.value());
        var request = List.of(
                data.path("requestSource").asText(), data.path("requestId").asText());
        all.computeIfAbsent(request, first -> new Membership()).take(type, data);
    }

    /** The members as they were {@link #computedAt()}; none before the first answer is complete. */
    public Set<String> members() {
        return Set.copyOf(members);
    }

    /** Which state of them: -1 before the first answer is complete. */
    public int revision() {
        return revision;
    }

    /** The state's name. */
    public String snapshotId() {
        return snapshotId;
    }

    /** When Dynamics computed them. */
    public Instant computedAt() {
        return computedAt;
    }

    /** Whether the follow has ended: the members stay as they are. */
    public boolean isEnded() {
        return ended;
    }
}
