package io.segmentrelay.trigger.kafka;

import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class KeptRecordTest {

    @Test
    void isTheRecordByteForByte() {
        // Given
        var headers = new RecordHeaders()
                .add("ce_id", "näher".getBytes(UTF_8))
                .add("twice", new byte[] {0, -1})
                .add("twice", new byte[0])
                .add(new RecordHeader("none", (byte[]) null));

        // When
        var again = KeptRecord.of(record("key".getBytes(UTF_8), "value".getBytes(UTF_8), headers))
                .record();

        // Then
        assertThat(again.topic()).isEqualTo("segment-requests");
        assertThat(again.partition()).isEqualTo(2);
        assertThat(again.offset()).isEqualTo(77);
        assertThat(again.timestamp()).isEqualTo(1_764_000_000_000L);
        assertThat(again.key()).asString(UTF_8).isEqualTo("key");
        assertThat(again.value()).asString(UTF_8).isEqualTo("value");
        assertThat(again.headers()).containsExactly(headers.toArray());
    }

    @Test
    void alsoWhereItHasNothing() {
        var again = KeptRecord.of(record(null, null, new RecordHeaders())).record();
        assertThat(again.key()).isNull();
        assertThat(again.value()).isNull();
        assertThat(again.headers()).isEmpty();
    }

    @SuppressWarnings("NullAway") // as Kafka gives it
    private static ConsumerRecord<byte[], byte[]> record(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                "segment-requests",
                2,
                77,
                1_764_000_000_000L,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                key,
                value,
                headers,
                Optional.empty());
    }
}
