package io.segmentrelay.trigger.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.trigger.kafka.Saga.Turn;

/**
 * A model of what is around the relay while one segment is followed: topics that deliver again what was not committed, one of which
 * keeps the latest record of each key; replicas that come and go, and may overlap; a server whose segment lives on; and whoever
 * consumes what comes out.
 */
final class FollowWorld {

    static final RequestKey REQUEST = new RequestKey("/tests", "r-1");

    /** As long as brokers keep tombstones by default. */
    private static final Duration TOMBSTONES_KEPT = Duration.ofHours(24);

    /** min.compaction.lag.ms, as it has to be: longer than a living state goes without another one, and than an outage. */
    private static final Duration COMPACTION_LAG = Duration.ofHours(3);

    private static final JsonMapper JSON = new JsonMapper();

    /** A record that the group reads. */
    static final class Entry {
        final String topic;
        final long offset;
        final String key;
        /** Empty: a tombstone. */
        final Optional<CloudEvent> event;

        final Instant writtenAt;
        /** Which replica wrote it; 0: none. */
        final int writer;

        boolean acknowledged;
        boolean committed;

        private Entry(
                String topic, long offset, String key, Optional<CloudEvent> event, Instant writtenAt, int writer) {
            this.topic = topic;
            this.offset = offset;
            this.key = key;
            this.event = event;
            this.writtenAt = writtenAt;
            this.writer = writer;
        }

        @Override
        public String toString() {
            var what = event.map(CloudEvent::getType).orElse("tombstone");
            return "%s@%d %s %s %s by %d".formatted(topic, offset, writtenAt, key, what, writer);
        }
    }

    /** An event that came out. */
    record Out(CloudEvent event, Instant at) {
        JsonNode data() {
            return json(event);
        }

        String type() {
            return event.getType();
        }
    }

    final VirtualTime time = new VirtualTime();
    final Saga saga;
    final LivingServer server;
    final Mutant mutant;
    final List<Entry> requests = new ArrayList<>();
    final List<Entry> followed = new ArrayList<>();
    final List<Out> outs = new ArrayList<>();
    final List<Out> failed = new ArrayList<>();
    private final List<AssertionError> wrongs = new ArrayList<>();
    private Consumer<Out> consumer = out -> {};
    /** How long it takes until a replica has read what another one has written. */
    private static final Duration LAG = Duration.ofMillis(20);

    private final List<FollowReplica> tailing = new ArrayList<>();
    private final Random random;
    private FollowReplica replica;
    private long followedOffsets;
    private int handOvers;
    private boolean calm;
    private int replicas;
    private int paces;

    /** What a relay would do that leaves something out, to show that the checks see it. */
    enum Mutant {
        NONE,
        /** The intent is not handed over. */
        NO_INTENT,
        /** A hand-over counts although another one was there before it. */
        NO_FENCE
    }

    FollowWorld(Saga saga, Mutant mutant) {
        this.saga = saga;
        this.mutant = mutant;
        random = new Random(saga.seed());
        server = new LivingServer(time, this::pace, saga);
        replica = start();
    }

    /** From now on somebody consumes what comes out. */
    void consumedBy(Consumer<Out> somebody) {
        consumer = somebody;
    }

    /** All of it, and then long enough that everything has come to its end or its rest. */
    void run() {
        ask(EventTypes.REQUESTED, REQUEST.id(), request());
        time.advance(Duration.ofMillis(1)); // what is asked for at the same time as the follow is not its end
        for (var turn : saga.turns()) {
            time.advance(turn.after());
            befalls(turn);
        }
        var refreshed = saga.refreshes().stream()
                .map(refresh -> refresh.after().plus(refresh.takes()))
                .reduce(Duration.ZERO, Duration::plus);
        time.advance(refreshed.plus(Duration.ofHours(2)));
        calm = true; // who dies in the last moment has no time to come to rest
        time.advance(Duration.ofHours(1));
        if (!wrongs.isEmpty()) {
            throw wrongs.getFirst();
        }
    }

    private void befalls(Turn turn) {
        if (turn.committed()) {
            requests.forEach(record -> record.committed = record.acknowledged);
            followed.forEach(record -> record.committed = record.acknowledged);
        }
        switch (turn.kind()) {
            case CRASH -> crash(replica, Duration.ZERO);
            case OUTAGE -> crash(replica, turn.span());
            case OFFSETS_RESET -> {
                requests.forEach(record -> record.committed = false);
                followed.forEach(record -> record.committed = false);
                crash(replica, Duration.ZERO);
            }
            case STOP -> {
                replica.drain();
                time.advance(Duration.ofSeconds(10));
                crash(replica, Duration.ZERO);
            }
            case TAKEOVER -> {
                var old = replica;
                replica = start();
                time.advance(turn.span());
                kill(old);
            }
            case COMPACTION -> compact();
            case REPEAT -> again(EventTypes.REQUESTED);
            case UNFOLLOW -> ask(EventTypes.FOLLOW_ENDED_REQUESTED, "u-1", target());
            case UNFOLLOW_REPEAT -> again(EventTypes.FOLLOW_ENDED_REQUESTED);
            case RETIRE -> ask(EventTypes.RETIRE_REQUESTED, "x-1", target());
            case RETIRE_REPEAT -> again(EventTypes.RETIRE_REQUESTED);
            case STOPPED_BY_HAND -> server.stop();
            case STARTED_BY_HAND -> server.startAgain();
            case DELETED_BY_HAND -> server.delete();
        }
    }

    /** Somebody asks for something, as a new record. */
    private void ask(String type, String id, String data) {
        var event = CloudEventBuilder.v1()
                .withId(id)
                .withSource(URI.create(REQUEST.source()))
                .withType(type)
                .withData("application/json", data.getBytes(StandardCharsets.UTF_8))
                .build();
        add(new Entry("segment-requests", requests.size(), id, Optional.of(event), time.now(), 0));
    }

    private void add(Entry request) {
        requests.add(request);
        tailing.stream().filter(each -> each == replica).toList().forEach(each -> each.takeRequest(request));
    }

    /** The broker delivers a record again, whatever became of it: offsets were reset, say. */
    private void again(String type) {
        requests.stream()
                .filter(record -> record.event.orElseThrow().getType().equals(type))
                .findFirst()
                .ifPresent(record -> {
                    record.acknowledged = false;
                    record.committed = false;
                    replica.takeRequest(record);
                });
    }

    private String request() {
        return """
                {"displayName":"a","query":"PROFILE(contact)","readyWithin":"PT2H",
                 "refresh":{"enabled":true,"intervalMinutes":15},
                 "follow":{"until":"%s","deliver":"%s"}%s}""".formatted(
                        saga.follow(),
                        saga.snapshots() ? "snapshots" : "changes",
                        saga.keepFor().map(",\"keepFor\":\"%s\""::formatted).orElse(""));
    }

    private static String target() {
        return "{\"request\":{\"source\":\"%s\",\"id\":\"%s\"}}".formatted(REQUEST.source(), REQUEST.id());
    }

    /** How long the next call or hand-over takes. */
    private Duration pace() {
        return saga.paces().isEmpty()
                ? Duration.ZERO
                : saga.paces().get(paces++ % saga.paces().size());
    }

    private FollowReplica start() {
        requests.stream().filter(record -> !record.committed).forEach(record -> record.acknowledged = false);
        followed.stream().filter(record -> !record.committed).forEach(record -> record.acknowledged = false);
        var started = new FollowReplica(this, ++replicas);
        tailing.add(started);
        started.readTo(followedOffsets - 1);
        started.caughtUp();
        // The order in which partitions and channels come to a replica is nobody's.
        var unread = new ArrayList<>(followed.stream()
                .filter(record -> !record.committed && record.event.isPresent())
                .toList());
        Collections.shuffle(unread, random);
        replica = started;
        unread.forEach(started::takeFollowed);
        List.copyOf(requests).stream().filter(record -> !record.acknowledged).forEach(started::takeRequest);
        return started;
    }

    /** Whether it is this one that the group has given the partitions to: nobody else can commit. */
    boolean owns(FollowReplica other) {
        return replica == other;
    }

    private void kill(FollowReplica old) {
        tailing.remove(old);
        old.kill();
    }

    private void crash(FollowReplica old, Duration outage) {
        kill(old);
        if (owns(old)) {
            time.advance(outage);
            replica = start();
        }
    }

    /** The broker keeps of each key what is latest, and tombstones for a time; and what is being written to, as it is. */
    private void compact() {
        var now = time.now();
        followed.removeIf(record -> followed.stream()
                        .anyMatch(later -> later.key.equals(record.key)
                                && later.offset > record.offset
                                && later.writtenAt.plus(COMPACTION_LAG).isBefore(now))
                || (record.event.isEmpty()
                        && record.writtenAt.plus(TOMBSTONES_KEPT).isBefore(now)));
    }

    /**
     * A replica hands an event over. It arrives even where the replica is gone by then: it was on its way.
     *
     * @param event empty: a tombstone of the key
     */
    Uni<Void> handOver(FollowReplica by, String key, Optional<CloudEvent> event) {
        return Uni.createFrom().emitter(emitter -> {
            var number = ++handOvers;
            var crash = saga.crashes().stream()
                    .filter(each -> each.handOver() == number && !calm)
                    .findFirst();
            if (crash.isPresent() && !crash.orElseThrow().taken()) {
                crashSoon(by);
                return;
            }
            var unused = time.after(pace()).subscribe().with(passed -> {
                write(by, key, event);
                if (crash.isPresent()) {
                    crashSoon(by);
                } else {
                    emitter.complete(null);
                }
            });
        });
    }

    /** At once, but not within the call that it is in the middle of. */
    private void crashSoon(FollowReplica by) {
        by.freeze();
        var unused = time.after(Duration.ofMillis(1)).subscribe().with(passed -> {
            kill(by);
            if (owns(by)) {
                var unusedEither = time.after(Duration.ofSeconds(1)).subscribe().with(later -> {
                    if (owns(by)) {
                        replica = start();
                    }
                });
            }
        });
    }

    private void write(FollowReplica by, String key, Optional<CloudEvent> event) {
        var type = event.map(CloudEvent::getType).orElse("");
        switch (type) {
            case EventTypes.PENDING ->
                add(new Entry("segment-pending", requests.size(), key, event, time.now(), by.number()));
            case "", EventTypes.FOLLOWED, EventTypes.MARKED -> {
                var record = new Entry("segment-followed", followedOffsets++, key, event, time.now(), by.number());
                followed.add(record);
                List.copyOf(tailing).forEach(each -> tails(each, by, record));
                if (event.isPresent()) {
                    replica.takeFollowed(record);
                }
            }
            case EventTypes.FAILED -> failed.add(new Out(event.orElseThrow(), time.now()));
            default -> {
                var out = new Out(event.orElseThrow(), time.now());
                outs.add(out);
                consume(out);
            }
        }
    }

    private void tails(FollowReplica reader, FollowReplica writer, Entry record) {
        if (reader == writer && random.nextBoolean()) {
            reader.readTo(record.offset);
        } else {
            var unused = time.after(LAG).subscribe().with(passed -> reader.readTo(record.offset));
        }
    }

    /** What it finds wrong must not change what befalls the relay, and is thrown at the end. */
    private void consume(Out out) {
        try {
            consumer.accept(out);
        } catch (AssertionError wrong) {
            wrongs.add(wrong);
        }
    }

    /** When the follow ends by itself. */
    Instant until() {
        return requests.getFirst().writtenAt.plus(saga.follow());
    }

    /** States of the follow that are not acknowledged. */
    List<Entry> lives() {
        return followed.stream()
                .filter(record -> !record.acknowledged && record.event.isPresent())
                .filter(record -> record.event.orElseThrow().getType().equals(EventTypes.FOLLOWED))
                .toList();
    }

    /** What a request was answered with instead. */
    List<Out> failures(String requestId) {
        return failed.stream()
                .filter(out -> out.data().path("requestId").asText().equals(requestId))
                .toList();
    }

    static JsonNode json(CloudEvent event) {
        try {
            return JSON.readTree(Objects.requireNonNull(event.getData()).toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
