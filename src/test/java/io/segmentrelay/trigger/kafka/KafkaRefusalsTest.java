package io.segmentrelay.trigger.kafka;

import java.util.stream.Stream;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.event.wire.Refused.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class KafkaRefusalsTest {

    private static final KafkaDestination TO = new KafkaDestination("segment-ready", "answers", "lz4");

    static Stream<Arguments> lasting() {
        return Stream.of(
                arguments(
                        new RecordTooLargeException("The request included a message larger than the max message size"),
                        Reason.TOO_LARGE,
                        "195123 bytes",
                        "the topic's max.message.bytes"),
                arguments(
                        new RecordTooLargeException(
                                "The message is 17000000 bytes when serialized which is larger than 16777216, which is the value of the max.request.size configuration."),
                        Reason.TOO_LARGE,
                        "195123 bytes",
                        "kafka.max.request.size"),
                arguments(
                        new RecordTooLargeException(
                                "The message is 50000000 bytes when serialized which is larger than the total memory buffer you have configured with the buffer.memory configuration."),
                        Reason.TOO_LARGE,
                        "195123 bytes",
                        "kafka.buffer.memory"),
                arguments(new RecordBatchTooLargeException("x"), Reason.TOO_LARGE, "too large", "max.message.bytes"),
                arguments(new InvalidRecordException("x"), Reason.INVALID, "without a key", "cleanup.policy"),
                arguments(
                        new UnsupportedCompressionTypeException("x"),
                        Reason.COMPRESSION,
                        "compressed by lz4",
                        "kafka.compression.type, or mp.messaging.outgoing.segment-ready.compression.type"),
                arguments(
                        new TopicAuthorizationException("answers"),
                        Reason.AUTHORIZATION,
                        "grant Write",
                        "mp.messaging.outgoing.segment-ready.topic"),
                arguments(
                        new ClusterAuthorizationException("x"),
                        Reason.AUTHORIZATION,
                        "IdempotentWrite",
                        "kafka.enable.idempotence"),
                arguments(
                        new KafkaException("in an error state", new ClusterAuthorizationException("x")),
                        Reason.AUTHORIZATION,
                        "IdempotentWrite",
                        "kafka.enable.idempotence"),
                arguments(
                        new SaslAuthenticationException("bad password"),
                        Reason.AUTHENTICATION,
                        "bad password",
                        "kafka.sasl."),
                arguments(
                        new SslAuthenticationException("bad certificate"),
                        Reason.AUTHENTICATION,
                        "bad certificate",
                        "kafka.ssl."),
                arguments(
                        new TimeoutException(
                                "Topic answers not present in metadata after 10000 ms.",
                                new UnknownTopicOrPartitionException("x")),
                        Reason.NO_SUCH_RECEIVER,
                        "no such topic",
                        "mp.messaging.outgoing.segment-ready.topic"),
                arguments(
                        new InvalidTopicException("x"),
                        Reason.NO_SUCH_RECEIVER,
                        "no topic's name",
                        "mp.messaging.outgoing.segment-ready.topic"),
                arguments(
                        new InvalidTimestampException("x"),
                        Reason.UNSUPPORTED,
                        "clocks",
                        "message.timestamp.before.max.ms"),
                arguments(new UnsupportedVersionException("too old"), Reason.UNSUPPORTED, "too old", "kafka.*"),
                arguments(
                        new UnsupportedForMessageFormatException("headers"), Reason.UNSUPPORTED, "headers", "kafka.*"),
                arguments(new PolicyViolationException("no"), Reason.UNSUPPORTED, "no", "policies"));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void whatStaysIsRefusedWithTheSetting(Exception failure, Reason reason, String what, String setting) {
        // When
        var classified = KafkaRefusals.classified(failure, TO, 195_123);

        // Then
        assertThat(classified).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.receiver()).isEqualTo("answers");
            assertThat(refused)
                    .hasMessageStartingWith("topic answers: ")
                    .hasMessageContaining(what)
                    .hasMessageContaining(setting);
        });
    }

    static Stream<Exception> passing() {
        return Stream.of(
                new TimeoutException("Topic answers not present in metadata after 10000 ms."),
                new TimeoutException("Expiring 1 record(s) for answers-0: 120000 ms has passed"),
                new NetworkException("x"),
                new DisconnectException("x"),
                new NotLeaderOrFollowerException("x"),
                new NotEnoughReplicasException("x"),
                new NotEnoughReplicasAfterAppendException("x"),
                new KafkaStorageException("x"),
                new ThrottlingQuotaExceededException("x"),
                new OutOfOrderSequenceException("x"),
                new InvalidPidMappingException("x"),
                new UnknownServerException("x"),
                new IllegalStateException("x"));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatPassesIsLeftAsItIs(Exception failure) {
        assertThat(KafkaRefusals.classified(failure, TO, 1)).isSameAs(failure);
    }
}
