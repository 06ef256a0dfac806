package io.segmentrelay.config;

import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedactionTest {

    private static final String PLANTED = "Pl4nted~secret";

    private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJQbDRudGVkIn0.c2lnbmF0dXJl";

    private final Redaction patterns = new Redaction(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer Pl4nted~secret",
                "headers=[authorization=Basic Pl4nted~secret]",
                "\"Authorization\" : \"AWS4-HMAC-SHA256 Credential=Pl4nted~secret, Signature=Pl4nted~secret\"",
                "X-Amz-Security-Token: Pl4nted~secret",
                "token is Bearer Pl4nted~secret00",
                "POST grant_type=client_credentials&client_secret=Pl4nted~secret&scope=x",
                "{\"access_token\":\"Pl4nted~secret\",\"expires_in\":3599}",
                "client_assertion=Pl4nted~secret",
                "username=\"relay\" password=\"Pl4nted~secret\";",
                "{sessionToken=Pl4nted~secret}",
                "https://user:Pl4nted~secret@contoso.crm4.dynamics.com/"
            })
    void whatLooksLikeACredentialIsTakenOut(String text) {
        assertThat(patterns.of(text)).doesNotContain(PLANTED).contains("***");
    }

    @Test
    void webTokensAreTakenOutWhereverTheyStand() {
        assertThat(patterns.of("got " + JWT + ", and went on")).isEqualTo("got ***, and went on");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create-definition done, next create-segment; requestId=county-known-1"
                        + " segmentId=64b41f3a-42fe-5569-9e9a-5038d5909146",
                "refused: the bearer token has expired; origin=http",
                "AZURE_CLIENT_SECRET is missing: it must be the client's secret",
                "failed at publish with unauthorized; check the AZURE_* settings",
                "http://localhost:8080/q/health and kafka://broker:9092"
            })
    void ordinaryLinesStayAsTheyAre(String line) {
        assertThat(patterns.of(line)).isSameAs(line);
    }

    @Test
    void secretsAmongTheSettingsAreKnown() {
        // Given
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                "AZURE_CLIENT_SECRET", "first &secret+",
                                "kafka.sasl.jaas.config",
                                        "x.PlainLoginModule required username=\"u\" password=\"second1\";",
                                "kafka.ssl.keystore.password", "third-secret",
                                "AWS_SESSION_TOKEN", "fourth-secret",
                                "quarkus.otel.exporter.otlp.headers", "x-tenant=my-tenant, x-own=fifth-secret",
                                "AZURE_FEDERATED_TOKEN_FILE", "/var/run/token",
                                "AZURE_CLIENT_SECRET_ARN", "arn:aws:secret",
                                "broken.secret", "${nowhere}",
                                "some.token.enabled", "true",
                                "some.password.length", "123456"),
                        "test",
                        300))
                .build();

        // When
        var redacted = Redaction.of(config)
                .of(
                        "first &secret+ first+%26secret%2B first%20%26secret%2B second1 third-secret fourth-secret fifth-secret"
                                + " /var/run/token arn:aws:secret true 123456");

        // Then
        assertThat(redacted).isEqualTo("*** *** *** *** *** *** *** /var/run/token arn:aws:secret true 123456");
    }

    @Test
    void messagesAndExceptionsAreRewritten() {
        // Given
        var cause = new IllegalArgumentException("body: client_secret=" + PLANTED);
        var thrown = new IllegalStateException("outer", cause);
        thrown.addSuppressed(new IllegalStateException("closing " + JWT));
        cause.addSuppressed(thrown); // a circle
        var entry = new ExtLogRecord(Level.ERROR, "sent %s", ExtLogRecord.FormatStyle.PRINTF, "test");
        entry.setParameters(new Object[] {"Authorization: Bearer " + PLANTED});
        entry.setThrown(thrown);

        // When
        LogGuard.redact(entry, patterns);

        // Then
        assertThat(entry.getMessage()).isEqualTo("sent Authorization: ***");
        assertThat(entry.getThrown())
                .hasToString("java.lang.IllegalStateException: outer")
                .hasStackTraceContaining("body: client_secret=***")
                .hasStackTraceContaining("closing ***");
        assertThat(entry.getThrown().getStackTrace()).isEqualTo(thrown.getStackTrace());
    }

    @Test
    void whatLibrariesSayBelowInfoIsDropped() {
        // Given
        var guard = new LogGuard("true", "true");
        var library = new ExtLogRecord(Level.DEBUG, "body", "test");
        library.setLoggerName("io.netty.handler.logging.LoggingHandler");
        var own = new ExtLogRecord(Level.DEBUG, "own", "test");
        own.setLoggerName("io.segmentrelay.trigger.http.HttpAdmission");
        var loud = new ExtLogRecord(Level.INFO, "loud", "test");
        loud.setLoggerName("io.netty");

        // Then
        assertThat(guard.isLoggable(library)).isFalse();
        assertThat(guard.isLoggable(own)).isTrue();
        assertThat(guard.isLoggable(loud)).isTrue();
    }

    @Test
    void whatVertxCannotTellAnybodyWhenItEndsIsDropped() {
        // Given
        var guard = new LogGuard("true", "true");
        var atTheEnd = uncaught("event executor terminated");
        var full = uncaught("Task rejected from a pool that is full");

        // Then
        assertThat(guard.isLoggable(atTheEnd)).isFalse();
        assertThat(guard.isLoggable(full)).isTrue();
    }

    private static ExtLogRecord uncaught(String reason) {
        var entry = new ExtLogRecord(Level.SEVERE, "Uncaught exception received by Vert.x", "test");
        entry.setThrown(new RejectedExecutionException(reason));
        return entry;
    }
}
