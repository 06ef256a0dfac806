package io.segmentrelay.trigger.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.EventIds;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.example.Membership;
import io.segmentrelay.trigger.kafka.FollowWorld.Out;

import static org.assertj.core.api.Assertions.assertThat;

/** Consumes what comes out, as the example does, and looks after each event whether what it holds can be true. */
final class FollowConsumer {

    private final LivingServer server;
    private final UUID segmentId;
    private final Membership membership = new Membership();
    private final Map<String, JsonNode> byId = new HashMap<>();
    private final Map<String, List<JsonNode>> changes = new HashMap<>();
    private final Set<String> endReasons = new HashSet<>();
    private final Set<String> told = new TreeSet<>();
    private final Map<String, Set<String>> snapshots = new HashMap<>();
    private int known;
    private boolean retired;
    private int revision = -1;
    private Instant computedAt = Instant.MIN;

    FollowConsumer(LivingServer server, RequestKey request) {
        this.server = server;
        this.segmentId = request.uuid();
    }

    void take(Out out) {
        var data = out.data();
        assertRepeats(out, data);
        if (out.type().equals(EventTypes.ENDED)) {
            endReasons.add(data.path("reason").asText());
            assertThat(endReasons).as("reasons of one end").hasSize(1);
        } else if (out.type().equals(EventTypes.RETIRED)) {
            retired = true;
        } else if (out.type().equals(EventTypes.CHANGED)) {
            assertTrue(data);
            told.add("changed");
        } else if (out.type().equals(EventTypes.READY)) {
            told.add(data.has("revision") ? "snapshot" : "ready");
        }
        membership.take(out.type(), data);
        assertHolds();
    }

    /** Of the first members, and of a deletion, a repeat says when they were seen. */
    private void assertRepeats(Out out, JsonNode data) {
        if (!out.type().equals(EventTypes.RETIRED) && !(out.type().equals(EventTypes.READY) && !data.has("revision"))) {
            var earlier = byId.putIfAbsent(out.event().getId(), data);
            assertThat(data.equals(earlier == null ? data : earlier))
                    .as("the repeat of an event")
                    .isTrue();
        }
    }

    /** What is held is what was computed at some time, and never older than before. */
    private void assertHolds() {
        assertThat(membership.revision()).as("revision").isGreaterThanOrEqualTo(revision);
        assertThat(membership.computedAt()).as("computed at").isAfterOrEqualTo(computedAt);
        revision = membership.revision();
        computedAt = membership.computedAt();
        if (revision >= 0) {
            var computed = snapshots().get(membership.snapshotId());
            assertThat(membership.members().equals(computed))
                    .as("members of some computation")
                    .isTrue();
        }
    }

    private Map<String, Set<String>> snapshots() {
        server.computations().stream().skip(known).forEach(each -> {
            known++;
            snapshots.computeIfAbsent(snapshotId(each.members()), id -> texts(each.members()));
        });
        return snapshots;
    }

    String snapshotId(Set<UUID> members) {
        return EventIds.snapshotId(segmentId, MemberSet.of(members).digest()).toString();
    }

    private static Set<String> texts(Set<UUID> members) {
        return members.stream().map(UUID::toString).collect(Collectors.toSet());
    }

    /** Whoever holds the previous membership, and nobody else, has the next one by a change. */
    private void assertTrue(JsonNode page) {
        var pages = changes.computeIfAbsent(
                page.path("revision").asText()
                        + page.path("previousSnapshotId")
                        + page.path("snapshotId")
                        + page.path("pageCount"),
                first -> new ArrayList<>());
        pages.add(page);
        var numbers = pages.stream().map(each -> each.path("page").asInt()).collect(Collectors.toSet());
        if (numbers.size() == page.path("pageCount").asInt()) {
            var snapshots = snapshots();
            var members =
                    new HashSet<>(snapshots.get(page.path("previousSnapshotId").asText()));
            for (var each : pages) {
                each.path("left").forEach(id -> members.remove(id.asText()));
                each.path("joined").forEach(id -> members.add(id.asText()));
            }
            assertThat(members.equals(snapshots.get(page.path("snapshotId").asText())))
                    .as("what joined and left")
                    .isTrue();
            assertThat(page.path("memberCount").asInt()).isEqualTo(members.size());
        }
    }

    Membership membership() {
        return membership;
    }

    /** Whether the segment was said to be deleted. */
    boolean isRetired() {
        return retired;
    }

    /** Why the follow ended: one or none. */
    Set<String> endReasons() {
        return endReasons;
    }

    /** In which ways memberships were told. */
    Set<String> told() {
        return told;
    }
}
