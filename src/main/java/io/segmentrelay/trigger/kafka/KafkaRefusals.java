package io.segmentrelay.trigger.kafka;

import java.util.Optional;
import java.util.stream.Stream;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.event.wire.Refused.Reason;

/** Which failures of a Kafka producer pass by themselves, and which do not. */
final class KafkaRefusals {

    /** A failure is wrapped a few times at most; more may be a circle. */
    private static final int CAUSES = 8;

    private KafkaRefusals() {}

    /**
     * A failure that will not pass until a setting changes as {@link Refused}, any other one as it is.
     *
     * @param bytes of key and value
     */
    static Throwable classified(Throwable failure, KafkaDestination to, int bytes) {
        return refused(failure, to, bytes).<Throwable>map(refused -> refused).orElse(failure);
    }

    private static Optional<Refused> refused(Throwable failure, KafkaDestination to, int bytes) {
        // The client wraps: time-outs that wait for a topic, and whatever comes after the first fatal error.
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(CAUSES)
                .flatMap(cause -> one(cause, to, bytes).stream())
                .findFirst();
    }

    /**
     * Decides for one exception. What is not listed passes: the broker is away, slow, full or changing its leader, as all
     * that Kafka calls retriable and {@code UnknownServerException}; too few replicas, which come back.
     *
     * @see <a href="https://kafka.apache.org/protocol.html#protocol_error_codes">Kafka protocol, error codes</a>
     */
    private static Optional<Refused> one(Throwable cause, KafkaDestination to, int bytes) {
        return switch (cause) {
            case RecordTooLargeException e -> refused(to, Reason.TOO_LARGE, tooLarge(e, bytes));
            case RecordBatchTooLargeException e -> refused(to, Reason.TOO_LARGE, tooLarge(e, bytes));
            case InvalidRecordException e ->
                refused(
                        to,
                        Reason.INVALID,
                        "the broker finds fault with this record (%s): a topic with cleanup.policy=compact takes none without a key; set the topic's cleanup.policy to delete, or look at what checks its records"
                                .formatted(e.getMessage()));
            case InvalidTimestampException e ->
                refused(
                        to,
                        Reason.UNSUPPORTED,
                        "the topic does not take the record's time: set the clocks, or the topic's message.timestamp.before.max.ms and message.timestamp.after.max.ms");
            case UnsupportedCompressionTypeException e ->
                refused(
                        to,
                        Reason.COMPRESSION,
                        "the broker does not take records compressed by %s: set kafka.compression.type, or %s, to what it takes: gzip or none, say"
                                .formatted(to.compression(), to.setting("compression.type")));
            case ClusterAuthorizationException e ->
                refused(
                        to,
                        Reason.AUTHORIZATION,
                        "the broker does not let the relay's user write with idempotence: grant IdempotentWrite on the cluster, or set kafka.enable.idempotence=false; then restart the relay");
            case AuthorizationException e ->
                refused(
                        to,
                        Reason.AUTHORIZATION,
                        "the broker does not let the relay's user write there: grant Write and Describe on the topic, or set another one by %s"
                                .formatted(to.setting("topic")));
            case AuthenticationException e ->
                refused(
                        to,
                        Reason.AUTHENTICATION,
                        "the broker does not accept the relay's login (%s): look at kafka.security.protocol, kafka.sasl.* and kafka.ssl.*"
                                .formatted(e.getMessage()));
            case UnknownTopicOrPartitionException e ->
                refused(
                        to,
                        Reason.NO_SUCH_RECEIVER,
                        "there is no such topic, and the broker makes none: make it, or name another one by %s"
                                .formatted(to.setting("topic")));
            case InvalidTopicException e ->
                refused(to, Reason.NO_SUCH_RECEIVER, "that is no topic's name: set %s".formatted(to.setting("topic")));
            case UnsupportedVersionException e -> refused(to, Reason.UNSUPPORTED, unsupported(e));
            case UnsupportedForMessageFormatException e -> refused(to, Reason.UNSUPPORTED, unsupported(e));
            case InvalidRequiredAcksException e -> refused(to, Reason.UNSUPPORTED, unsupported(e));
            case InvalidConfigurationException e -> refused(to, Reason.UNSUPPORTED, unsupported(e));
            case PolicyViolationException e -> refused(to, Reason.UNSUPPORTED, unsupported(e));
            default -> Optional.empty();
        };
    }

    private static Optional<Refused> refused(KafkaDestination to, Reason reason, String advice) {
        return Optional.of(new Refused(to.topic(), reason, "topic %s: %s".formatted(to.topic(), advice)));
    }

    /** The client has limits of its own; which one it was stands in its message only. */
    private static String tooLarge(Throwable e, int bytes) {
        var said = String.valueOf(e.getMessage());
        var setting = said.contains("max.request.size")
                ? "the relay's kafka.max.request.size"
                : said.contains("buffer.memory")
                        ? "the relay's kafka.buffer.memory"
                        : "the topic's max.message.bytes (where it has none, the broker's message.max.bytes)";
        return "the record is too large, with %d bytes before compression: raise %s".formatted(bytes, setting);
    }

    private static String unsupported(Throwable e) {
        return "the broker does not support how the relay writes (%s): look at the kafka.* settings and the broker's version and policies"
                .formatted(e.getMessage());
    }
}
