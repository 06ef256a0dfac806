package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.cloudevents.kafka.KafkaMessageFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionTimeoutException;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.example.Membership;
import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Faults;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.RequestLog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A broker, a simulator and the topics for one test class, and relays as processes of their own. */
final class World implements AutoCloseable {

    private final Sandbox sandbox;
    private final Topics topics;
    private final List<RelayProcess> relays = new ArrayList<>();

    /** With topics of this many partitions. */
    World(int partitions) {
        this(SandboxOptions.defaults(), partitions);
    }

    /** In an organization that takes any number of segments: floods need more than a real one has. */
    World(SandboxOptions options, int partitions) {
        options.simulator().segmentLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);
        sandbox = Sandbox.start(options);
        topics = new Topics(sandbox.kafka().bootstrapServers(), partitions);
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Faults faults() {
        return sandbox.dynamics().faults();
    }

    RequestLog log() {
        return sandbox.dynamics().log();
    }

    Topics topics() {
        return topics;
    }

    /** What a relay needs, and what makes tests quick. */
    Map<String, String> settings(Map<String, String> more) {
        var settings = new HashMap<>(sandbox.env());
        settings.put("RELAY_POLL_INTERVAL", "200ms");
        settings.put("KAFKA_SESSION_TIMEOUT_MS", "6000");
        settings.put("KAFKA_HEARTBEAT_INTERVAL_MS", "1000");
        settings.putAll(more);
        return settings;
    }

    /** A relay that is ready. */
    RelayProcess relay(Map<String, String> more) {
        var relay = RelayProcess.start(settings(more));
        relays.add(relay);
        return relay;
    }

    /** The same in the background, not waited for. */
    RelayProcess launch(Map<String, String> more) {
        var relay = RelayProcess.launch(settings(more));
        relays.add(relay);
        return relay;
    }

    /** Sends a request whose id and display name are the same, so that faults find even the call that creates its definition. */
    void submit(String name, String more) {
        sandbox.dynamics().alias(new RequestKey("/tests", name).uuid(), name);
        topics.request(name, request(name, more));
    }

    void submit(String name) {
        submit(name, "");
    }

    /** A segment without members: for tests of many, whose events should be small. */
    static String small(String displayName) {
        return "{\"displayName\":\"%s\",\"query\":\"PROFILE(contact).FILTER(address1_county == 'No such')\"}"
                .formatted(displayName);
    }

    /** A dynamic segment of all contacts with a county. */
    static String request(String displayName) {
        return request(displayName, "");
    }

    /** With further fields, each beginning with a comma. */
    static String request(String displayName, String more) {
        return "{\"displayName\":\"%s\",\"query\":\"PROFILE(contact).FILTER(ISNOTNULL(address1_county))\"%s}"
                .formatted(displayName, more);
    }

    /** A continuation of such a request, from its first step on. */
    static ProducerRecord<String, byte[]> continuation(String displayName) {
        var now = Instant.now();
        var spec = new SegmentSpec(
                displayName,
                Optional.of("PROFILE(contact).FILTER(address1_county == 'No such')"),
                "contact",
                SegmentType.DYNAMIC,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var key = new RequestKey("/tests", displayName);
        var request = new SegmentRequest(key, spec, now, now.plus(Duration.ofHours(2)), Optional.empty());
        var pending = new RelayEvent.Pending(
                request, Step.CREATE_DEFINITION, key.uuid(), key.uuid(), now, Optional.empty(), Set.of());
        var event =
                new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS).encode(pending, displayName);
        return KafkaMessageFactory.<String>createWriter(Topics.PENDING, EventExtensions.of(event))
                .writeBinary(event);
    }

    /** Waits until each of these requests has ended, in all pages of ready or in one failed, and in only one of them. */
    void awaitEnded(Collection<String> ids, Duration atMost) {
        await("all requests to end")
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    var open = new TreeSet<>(ids);
                    open.removeAll(ended());
                    assertThat(open).as("requests that have not ended").isEmpty();
                });
    }

    /** As {@link #awaitEnded}, but leaves it to the caller to say what has not: for cases that are reported one by one. */
    void awaitMostEnded(Collection<String> ids, Duration atMost) {
        try {
            awaitEnded(ids, atMost);
        } catch (ConditionTimeoutException e) {
            System.out.println(e.getMessage());
        }
    }

    /** Requests with all pages of ready, or with a failed. */
    Collection<String> ended() {
        var ended = new ArrayList<String>();
        topics.byRequest(Topics.READY).forEach((id, answers) -> {
            // Those that came first: a follow goes on with others, and other events.
            var pages = answers.stream()
                    .filter(answer -> Topics.header(answer, "ce_type")
                            .filter(EventTypes.READY::equals)
                            .isPresent())
                    .filter(page -> !Topics.data(page).containsKey("revision"))
                    .toList();
            if (pages.isEmpty()) {
                return;
            }
            var pageCount = Topics.data(pages.getFirst()).getInteger("pageCount");
            if (pages.stream()
                            .map(page -> Topics.data(page).getInteger("page"))
                            .distinct()
                            .count()
                    == pageCount) {
                ended.add(id);
            }
        });
        ended.addAll(topics.byRequest(Topics.FAILED).keySet());
        return ended;
    }

    /** What a consumer holds that follows by this request: after all its answers, as they came, repeats too. */
    Membership membership(String requestId) {
        var all = new HashMap<List<String>, Membership>();
        topics.of(Topics.READY).stream()
                .filter(record -> Topics.header(record, "ce_correlationid")
                        .filter(requestId::equals)
                        .isPresent())
                .forEach(record -> {
                    try {
                        Membership.take(record, all);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return all.getOrDefault(List.of("/tests", requestId), new Membership());
    }

    /** What the server has: the members of a segment, by the id of either row. */
    Set<String> members(UUID segment) {
        return sandbox.dynamics().marketers().members(segment).stream()
                .map(UUID::toString)
                .collect(toSet());
    }

    /** One definition and one segment for each of these requests, each published once, and no request that ended in two ways. */
    void assertOneLifeEach(Collection<String> displayNames) {
        var definitions = sandbox.dynamics().definitionsByName();
        var segments = sandbox.dynamics().segmentsByName();
        var publishes = sandbox.dynamics().publishesByName();
        assertThat(displayNames).allSatisfy(name -> {
            assertThat(segments.getOrDefault(name, 0))
                    .as("segments of %s", name)
                    .isEqualTo(1);
            assertThat(definitions.getOrDefault(name, 0))
                    .as("definitions of %s", name)
                    .isEqualTo(1);
            assertThat(publishes.getOrDefault(name, 0))
                    .as("publishes of %s that took effect", name)
                    .isEqualTo(1);
        });
        assertThat(topics.byRequest(Topics.READY).keySet())
                .as("requests that ended as ready and as failed")
                .noneMatch(topics.byRequest(Topics.FAILED).keySet()::contains);
    }

    /**
     * None of these was published again when it was no draft any more. (Two replicas that live one request at the same time may
     * both have seen the draft: there the server's refusal is no mistake of theirs.)
     */
    void assertNonePublishedInVain(Collection<String> displayNames) {
        var names = new HashSet<>(displayNames);
        assertThat(log().entries(Operation.PUBLISH))
                .filteredOn(call -> call.status() == 400)
                .as("publishes of what was no draft")
                .noneMatch(call -> call.subjects().stream().anyMatch(names::contains));
    }

    /**
     * Repeats of an event have the same content, {@code liveAt} too: the server says when it computed the members. But for what a look at the
     * deadline found: a repeat finds the rows of a failed request cleared away.
     */
    void assertRepeatsAreEqual() {
        for (var topic : List.of(Topics.READY, Topics.FAILED)) {
            var first = new HashMap<String, String>();
            for (var record : topics.of(topic)) {
                var id = Topics.header(record, "ce_id").orElseThrow();
                var content = new String(record.value(), UTF_8).replaceAll(", last: [^)]*\\)", ")");
                assertThat(first.putIfAbsent(id, content))
                        .as("a repeat of %s", id)
                        .isIn(null, content);
            }
        }
    }

    void awaitCommitted(Duration atMost) {
        await("all offsets to be committed")
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(topics.lag()).isZero());
    }

    /** SIGKILL for all that run. */
    void killAll() {
        relays.forEach(RelayProcess::close);
        relays.clear();
    }

    @Override
    public void close() {
        killAll();
        topics.close();
        sandbox.close();
    }
}
