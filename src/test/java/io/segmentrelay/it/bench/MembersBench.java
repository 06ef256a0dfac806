package io.segmentrelay.it.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One segment with very many members: from the call for its list to its last page, beside a plain download of the same body followed by as many
 * bytes into Kafka, and beside the usual design; {@code ./mvnw -Pbench -Dbench=members verify}.
 */
@Tag("bench")
@Tag("members")
class MembersBench {

    /** A size, and the heap that is enough for it. */
    private record Segment(int members, String heap) {}

    private static final List<Segment> SEGMENTS = Bench.size(
            List.of(
                    new Segment(10_000, "-Xmx128m"),
                    new Segment(1_000_000, "-Xmx128m"),
                    new Segment(5_000_000, "-Xmx512m"),
                    new Segment(10_000_000, "-Xmx512m")),
            List.of(new Segment(20_000, "-Xmx128m")));

    private static final int PAGE = 5_000;

    /** Seconds from the call to the last page; of the plain way; of the usual design, NaN where it fails. */
    private record Run(double relay, double plain, double usual) {}

    @Test
    void besideAPlainDownloadAndTheUsualDesign() throws Exception {
        // When
        var lines = new ArrayList<String>();
        for (var segment : SEGMENTS) {
            var runs = new ArrayList<Run>();
            for (var run = 0; run < Bench.runs(); run++) {
                runs.add(measured(segment));
            }
            var relay = Bench.median(runs, Run::relay);
            var plain = Bench.median(runs, Run::plain);
            lines.add(Bench.text(
                    "%10d members, %s: %.1f : 1 against a plain copy; relay %.2f s, plain copy %.2f s, usual design %s",
                    segment.members(),
                    segment.heap(),
                    relay / plain,
                    relay,
                    plain,
                    runs.stream().anyMatch(run -> Double.isNaN(run.usual()))
                            ? "fails"
                            : Bench.text("%.2f s", Bench.median(runs, Run::usual))));
            assertThat(runs).hasSize(Bench.runs());
        }

        // Then
        Bench.print("Members", Bench.runs(), lines);
    }

    private static Run measured(Segment segment) throws IOException, InterruptedException {
        try (var world = new BenchWorld(BenchWorld.quick(java.time.Duration.ZERO))) {
            world.dynamics().faults().add(Fault.on(Operation.MEMBERS).does(new Effect.ManyMembers(segment.members())));
            var relay = world.relay(Map.of(), segment.heap(), "-XX:+ExitOnOutOfMemoryError");
            world.submit("many");
            var pages = Math.ceilDiv(segment.members(), PAGE);
            world.awaitArrivals(pages, relay);
            var took = sinceTheCall(world, pages - 1);
            world.stop();
            var plain = plain(world, world.arrivals().getFirst().bytes(), pages);
            return new Run(took, plain, usual(segment));
        }
    }

    private static double sinceTheCall(BenchWorld world, int arrival) {
        var called = world.dynamics()
                .log()
                .entries(Operation.MEMBERS)
                .getFirst()
                .start()
                .toEpochMilli();
        return (world.arrivals().get(arrival).writtenMillis() - called) / 1e3;
    }

    /** In a heap of a gigabyte: a string has two bytes for each character of the body where it is read as JSON, and there are two of it. */
    private static double usual(Segment segment) {
        try (var world = new BenchWorld(BenchWorld.quick(java.time.Duration.ZERO))) {
            world.dynamics().faults().add(Fault.on(Operation.MEMBERS).does(new Effect.ManyMembers(segment.members())));
            var usual = world.usual("-Xmx1g");
            world.submit("many");
            await("an answer, or an end")
                    .atMost(BenchWorld.PATIENCE)
                    .until(() -> !world.arrivals().isEmpty() || !usual.isAlive());
            return world.arrivals().isEmpty() ? Double.NaN : sinceTheCall(world, 0);
        }
    }

    /** The body, thrown away as it comes, and then records of a page's size, as quickly as the broker takes them. */
    private static double plain(BenchWorld world, int pageBytes, int pages) throws IOException, InterruptedException {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var env = world.env();
        var token = token(http, env);
        var list = HttpRequest.newBuilder(
                        URI.create(env.getOrDefault("RELAY_DYNAMICS_URL", "") + "/api/data/v9.0/msdynmkt_MembersList"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString("{\"SegmentId\":\"%s\"}".formatted(segmentId(world))))
                .build();
        var page = new byte[pageBytes];
        var random = new Random(1);
        for (var i = 0; i < page.length; i++) {
            page[i] = (byte) "0123456789abcdef".charAt(random.nextInt(16));
        }
        try (var producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        env.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", ""),
                        "compression.type",
                        "lz4",
                        "max.request.size",
                        2_000_000,
                        "acks",
                        "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.partitionsFor("segment-dead-letters");
            var begin = System.nanoTime();
            assertThat(http.send(list, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
            for (var i = 0; i < pages; i++) {
                var unused = producer.send(new ProducerRecord<>("segment-dead-letters", "plain", page));
            }
            producer.flush();
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    private static String segmentId(BenchWorld world) {
        return world.dynamics()
                .log()
                .entries(Operation.MEMBERS)
                .getFirst()
                .ids()
                .getFirst()
                .toString();
    }

    private static String token(HttpClient http, Map<String, String> env) throws IOException, InterruptedException {
        var form = "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=%s"
                .formatted(
                        env.get("AZURE_CLIENT_ID"),
                        java.net.URLEncoder.encode(env.getOrDefault("AZURE_CLIENT_SECRET", ""), UTF_8),
                        java.net.URLEncoder.encode(env.get("RELAY_DYNAMICS_URL") + "/.default", UTF_8));
        var answer = http.send(
                HttpRequest.newBuilder(URI.create("%s/%s/oauth2/v2.0/token"
                                .formatted(env.get("AZURE_AUTHORITY_HOST"), env.get("AZURE_TENANT_ID"))))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        return new com.fasterxml.jackson.databind.json.JsonMapper()
                .readTree(answer.body())
                .path("access_token")
                .asText();
    }
}
