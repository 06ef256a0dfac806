package io.segmentrelay.it;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.vertx.core.json.JsonObject;
import org.apache.kafka.clients.consumer.ConsumerRecord;

import static org.assertj.core.api.Assertions.assertThat;

/** A consumer that follows one request: it applies what comes in its order, drops repeats, and says what it cannot apply. */
final class FollowedMembers {

    private static final String CHANGED = "io.segmentrelay.segment.changed.v1";
    private static final String READY = "io.segmentrelay.segment.ready.v1";

    private final Set<String> seen = new HashSet<>();
    private final Map<String, Set<Integer>> pages = new HashMap<>();
    private final Map<String, Set<UUID>> joined = new HashMap<>();
    private final Map<String, Set<UUID>> left = new HashMap<>();
    private Set<UUID> members = new TreeSet<>();
    private String snapshot = "";
    private int revision = -1;

    private FollowedMembers() {}

    /** What it holds after all these records. */
    static FollowedMembers after(List<ConsumerRecord<String, byte[]>> records, String requestId) {
        var consumer = new FollowedMembers();
        records.stream()
                .filter(record -> Topics.header(record, "ce_correlationid")
                        .filter(requestId::equals)
                        .isPresent())
                .forEach(consumer::apply);
        return consumer;
    }

    Set<UUID> members() {
        return members;
    }

    /** The last that is complete; -1 where none is. */
    int revision() {
        return revision;
    }

    String snapshot() {
        return snapshot;
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        var type = Topics.header(record, "ce_type").orElse("");
        if (!(type.equals(CHANGED) || type.equals(READY))
                || !seen.add(Topics.header(record, "ce_id").orElse(""))) {
            return;
        }
        var page = Topics.data(record);
        var of = page.getString("snapshotId");
        var number = page.getInteger("revision", 0);
        var change = "%s %d %s %s".formatted(type, number, page.getString("previousSnapshotId"), of);
        add(joined, change, page, type.equals(CHANGED) ? "joined" : "members");
        add(left, change, page, "left");
        pages.computeIfAbsent(change, first -> new HashSet<>()).add(page.getInteger("page"));
        if (pages.get(change).size() < page.getInteger("pageCount")) {
            return;
        }
        if (type.equals(CHANGED)) {
            assertThat(page.getString("previousSnapshotId"))
                    .as("what revision %d of %s is a change of", number, page.getString("requestId"))
                    .isEqualTo(snapshot);
            members.removeAll(left.getOrDefault(change, Set.of()));
            members.addAll(joined.getOrDefault(change, Set.of()));
        } else {
            members = new TreeSet<>(joined.getOrDefault(change, Set.of()));
        }
        assertThat(members).as("members of revision %d", number).hasSize(page.getInteger("memberCount"));
        assertThat(number).as("the revision after %d", revision).isGreaterThanOrEqualTo(revision);
        snapshot = of;
        revision = number;
    }

    private static void add(Map<String, Set<UUID>> to, String change, JsonObject page, String field) {
        var ids = page.getJsonArray(field);
        if (ids != null) {
            ids.forEach(
                    id -> to.computeIfAbsent(change, first -> new HashSet<>()).add(UUID.fromString(id.toString())));
        }
    }
}
