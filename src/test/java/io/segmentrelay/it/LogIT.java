package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.restassured.RestAssured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.segmentrelay.it.knative.EventReceiver;
import io.segmentrelay.it.knative.TokenIssuer;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whatever is set of the log, no secret, token, query or member gets into it. */
class LogIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String QUERY = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";

    private static final String AUDIENCE = "segment-relay";

    private static final String PLANTED = "planted-";

    /** What an operator may set to see more: levels, categories of libraries, further handlers, values of settings. */
    private static Map<String, String> deep(Path file) {
        var settings = new HashMap<String, String>();
        settings.put("QUARKUS_LOG_LEVEL", "TRACE");
        settings.put("QUARKUS_LOG_MIN_LEVEL", "TRACE");
        for (var category : List.of(
                "IO_QUARKUS_OIDC",
                "IO_QUARKUS",
                "IO_VERTX",
                "IO_NETTY",
                "IO_SMALLRYE",
                "ORG_APACHE_KAFKA",
                "ORG_APACHE_KAFKA_CLIENTS_NETWORKCLIENT",
                "ORG_JBOSS_RESTEASY_REACTIVE",
                "ORG_JOSE4J",
                "COM_FASTERXML_JACKSON",
                "COM_NETWORKNT_SCHEMA",
                "JDK_HTTPCLIENT",
                "IO_SEGMENTRELAY")) {
            settings.put("QUARKUS_LOG_CATEGORY__" + category + "__LEVEL", "TRACE");
            settings.put("QUARKUS_LOG_CATEGORY__" + category + "__MIN_LEVEL", "TRACE");
        }
        settings.put("QUARKUS_REST_CLIENT_LOGGING_SCOPE", "all");
        settings.put("QUARKUS_REST_CLIENT_LOGGING_BODY_LIMIT", "100000");
        settings.put("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true");
        settings.put("QUARKUS_HTTP_ACCESS_LOG_PATTERN", "long %{i,Authorization}");
        settings.put("SMALLRYE_CONFIG_LOG_VALUES", "true");
        settings.put("QUARKUS_CONFIG_LOG_VALUES", "true");
        settings.put("QUARKUS_LOG_CONSOLE_FILTER", "none");
        settings.put("QUARKUS_LOG_FILE_ENABLED", "true");
        settings.put("QUARKUS_LOG_FILE_ENABLE", "true");
        settings.put("QUARKUS_LOG_FILE_LEVEL", "ALL");
        settings.put("QUARKUS_LOG_FILE_PATH", file.toString());
        settings.put("AWS_SESSION_TOKEN", PLANTED + "session-token");
        settings.put("AWS_SECRET_ACCESS_KEY", PLANTED + "access-key");
        settings.put(
                "KAFKA_SASL_JAAS_CONFIG",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"relay\" password=\"%ssasl\";"
                        .formatted(PLANTED));
        settings.put("KAFKA_SASL_MECHANISM", "PLAIN");
        settings.put("KAFKA_SSL_KEY_PASSWORD", PLANTED + "key-password");
        return settings;
    }

    private static Set<String> members(World world) {
        var members = new HashSet<String>();
        world.topics().of(Topics.READY).forEach(page -> members.addAll(Topics.texts(page, "members")));
        return members;
    }

    private static void assertTellsNothing(World world, String log, Set<String> members) {
        assertThat(log)
                .contains("create-definition done", "fetch-members done, ready")
                .doesNotContain(PLANTED)
                .doesNotContain(world.sandbox().env().get("AZURE_CLIENT_SECRET"))
                .doesNotContainPattern("client_secret=[^*]")
                .doesNotContainPattern("Bearer [A-Za-z0-9]")
                .doesNotContainPattern("eyJ[A-Za-z0-9_-]{8,}\\.")
                .doesNotContain("access_token\":\"")
                .doesNotContain("ISNOTNULL", "PROFILE(");
        assertThat(members).isNotEmpty().noneMatch(log::contains);
    }

    @Test
    void nothingOfTheMainJobOverKafkaAndHttp(@TempDir Path folder) throws IOException {
        try (var world = new World(1)) {
            // Given
            var file = folder.resolve("relay.log");
            var relay = world.relay(deep(file));
            world.faults()
                    .add(Fault.on(Operation.PUBLISH).segment("weather").times(1).does(Effect.status(503)));

            // When
            world.topics().request("logged", World.request("Logged"));
            world.topics().request("weather", World.request("weather"));
            world.topics().request("broken", "{\"displayName\":\"x\",\"query\":\"" + QUERY + "\",\"no\":1}");
            world.topics().request("no json", "{\"query\":\"" + QUERY + "\"");
            var answer = RestAssured.given()
                    .port(relay.port())
                    .header("ce-specversion", "1.0")
                    .header("ce-type", "io.segmentrelay.segment.requested.v1")
                    .header("ce-source", "/tests")
                    .header("ce-id", "over http")
                    .header("Authorization", "Bearer " + PLANTED + "inbound-token")
                    .contentType("application/json")
                    .body(World.request("Over HTTP"))
                    .post("/");
            world.awaitEnded(List.of("logged", "weather", "broken", "no json", "over http"), SOON);

            // Then
            assertThat(answer.statusCode()).isEqualTo(204);
            var members = members(world);
            assertTellsNothing(world, relay.log(), members);
            assertTellsNothing(world, Files.readString(file), members);
        }
    }

    @Test
    void nothingOfASinkAndOfInboundTokens(@TempDir Path folder) throws IOException {
        try (var world = new World(1);
                var sink = new EventReceiver();
                var issuer = new TokenIssuer()) {
            // Given
            issuer.start();
            var file = folder.resolve("relay.log");
            var settings = new HashMap<>(deep(file));
            settings.put("K_SINK", sink.url());
            settings.put("RELAY_HTTP_AUDIENCE", AUDIENCE);
            settings.put("RELAY_HTTP_ISSUER", issuer.url());
            var relay = world.relay(settings);
            var good = issuer.token(AUDIENCE, Duration.ofMinutes(10));
            var bad = issuer.token("another", Duration.ofMinutes(10));

            // When
            assertThat(post(relay, bad)).isEqualTo(401);
            await("the issuer's keys").atMost(SOON).until(() -> post(relay, good) == 204);

            // Then
            assertThat(sink.received()).isNotEmpty();
            var members = new HashSet<String>();
            sink.received().forEach(page -> {
                var data = page.event().getData();
                if (data != null) {
                    new io.vertx.core.json.JsonObject(io.vertx.core.buffer.Buffer.buffer(data.toBytes()))
                            .getJsonArray("members")
                            .forEach(member -> members.add(member.toString()));
                }
            });
            assertTellsNothing(world, relay.log(), members);
            assertTellsNothing(world, Files.readString(file), members);
        }
    }

    private static int post(RelayProcess relay, String token) {
        return RestAssured.given()
                .port(relay.port())
                .header("ce-specversion", "1.0")
                .header("ce-type", "io.segmentrelay.segment.requested.v1")
                .header("ce-source", "/tests")
                .header("ce-id", "with token")
                .header("Authorization", "Bearer " + token)
                .contentType("application/json")
                .body(World.request("With token"))
                .post("/")
                .statusCode();
    }
}
