package io.segmentrelay.it.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What one would write in an afternoon: a consumer thread for each partition, which creates, publishes, asks for the status every two
 * seconds, reads the members, answers and commits. Written with care: connections and the token are kept, the status is
 * asked for at once, {@code Retry-After} is heeded, a repeated create is no error. A process of its own, as the relay is.
 */
final class UsualDesign {

    static final String READY = "The usual design is ready";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final int LIVE = 723270000;
    private static final int COMPUTED = 723270001;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> env;
    private @Nullable String token;

    private UsualDesign(Map<String, String> env) {
        this.env = env;
    }

    /**
     * Runs until it is killed.
     *
     * @param args the number of partitions
     */
    public static void main(String... args) throws InterruptedException {
        var design = new UsualDesign(System.getenv());
        var threads = Stream.generate(() -> Thread.ofPlatform().unstarted(design::consume))
                .limit(Integer.parseInt(args[0]))
                .toList();
        threads.forEach(Thread::start);
        for (var thread : threads) {
            thread.join();
        }
    }

    private void consume() {
        Map<String, Object> consuming = Map.of(
                "bootstrap.servers", env("KAFKA_BOOTSTRAP_SERVERS"),
                "group.id", "usual-design",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "max.poll.records", "1",
                "max.poll.interval.ms", "3600000");
        Map<String, Object> producing = Map.of("bootstrap.servers", env("KAFKA_BOOTSTRAP_SERVERS"), "acks", "all");
        try (var consumer = new KafkaConsumer<>(consuming, new StringDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(producing, new StringSerializer(), new ByteArraySerializer())) {
            consumer.subscribe(List.of("segment-requests"));
            var told = false;
            while (true) {
                var records = consumer.poll(Duration.ofMillis(100));
                if (!told && !consumer.assignment().isEmpty()) {
                    told = true;
                    System.out.println(READY);
                }
                for (var record : records) {
                    var answer = segment(record);
                    producer.send(new ProducerRecord<>("segment-ready", record.key(), answer))
                            .get();
                    consumer.commitSync();
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private byte[] segment(ConsumerRecord<String, byte[]> record) throws IOException, InterruptedException {
        var request = JSON.readTree(record.value());
        var key = new String(record.headers().lastHeader("ce_id").value(), UTF_8);
        var id = UUID.nameUUIDFromBytes(key.getBytes(UTF_8)).toString();
        var definition = JSON.createObjectNode()
                .put("msdynmkt_segmentdefinitionid", id)
                .put("msdynmkt_segmentquery", request.path("query").asText())
                .put("statecode", 0)
                .put("statuscode", 723270001);
        call("POST", "msdynmkt_segmentdefinitions", definition);
        var segment = JSON.createObjectNode()
                .put("msdynmkt_segmentid", id)
                .put("msdynmkt_displayname", request.path("displayName").asText())
                .put("msdynmkt_type", 11)
                .put("msdynmkt_source", 12)
                .put("msdynmkt_baseentitylogicalname", "contact")
                .put("statecode", 1)
                .put("statuscode", 2)
                .put("msdynmkt_sourcesegmentuid", id);
        call("POST", "msdynmkt_segments", segment);
        var ids = JSON.createObjectNode().put("SegmentId", id);
        call("POST", "msdynmkt_PublishSegmentDefinition", ids);
        while (!isComputed(id)) {
            Thread.sleep(POLL);
        }
        var answer = JSON.readTree(call("POST", "msdynmkt_MembersList", ids));
        var members = JSON.readTree(answer.path("ResultText").asText()).path("members");
        var ready = JSON.createObjectNode().put("requestId", key).put("segmentId", id);
        ready.set("members", members);
        return JSON.writeValueAsBytes(ready);
    }

    private boolean isComputed(String id) throws IOException, InterruptedException {
        var row = JSON.readTree(call(
                "GET",
                "msdynmkt_segmentdefinitions(%s)?$select=statuscode,msdynmkt_computationstatus".formatted(id),
                null));
        return row.path("statuscode").asInt() == LIVE
                && row.path("msdynmkt_computationstatus").asInt() == COMPUTED;
    }

    private String call(String method, String resource, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        while (true) {
            var publisher = body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
            var request = HttpRequest.newBuilder(
                            URI.create("%s/api/data/v9.0/%s".formatted(env("RELAY_DYNAMICS_URL"), resource)))
                    .header("Authorization", "Bearer " + token())
                    .header("Content-Type", "application/json; charset=utf-8")
                    .method(method, publisher)
                    .build();
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() < 300 || answer.statusCode() == 412) {
                return answer.body();
            }
            again(answer);
        }
    }

    private void again(HttpResponse<String> answer) throws InterruptedException {
        switch (answer.statusCode()) {
            case 401 -> forgetToken();
            case 429, 503 ->
                Thread.sleep(Duration.ofSeconds(
                        answer.headers().firstValueAsLong("Retry-After").orElse(1)));
            default -> throw new IllegalStateException("%d %s".formatted(answer.statusCode(), answer.body()));
        }
    }

    private synchronized void forgetToken() {
        token = null;
    }

    private synchronized String token() throws IOException, InterruptedException {
        var known = token;
        if (known == null) {
            var form = "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=%s"
                    .formatted(
                            encoded(env("AZURE_CLIENT_ID")),
                            encoded(env("AZURE_CLIENT_SECRET")),
                            encoded(env("RELAY_DYNAMICS_URL") + "/.default"));
            var address = "%s/%s/oauth2/v2.0/token".formatted(env("AZURE_AUTHORITY_HOST"), env("AZURE_TENANT_ID"));
            var request = HttpRequest.newBuilder(URI.create(address))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build();
            known = JSON.readTree(http.send(request, BodyHandlers.ofString()).body())
                    .path("access_token")
                    .asText();
            token = known;
        }
        return known;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private String env(String name) {
        return env.getOrDefault(name, "");
    }
}
