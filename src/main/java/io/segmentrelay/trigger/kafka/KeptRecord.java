package io.segmentrelay.trigger.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A record as it came, byte for byte, in a third of the memory: for what waits with it for hours and hardly ever needs it again. */
final class KeptRecord {

    private final String topic;
    private final int partition;
    private final long offset;
    private final long timestamp;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    /** Each as key and value, both behind their lengths; a value that is null has the length -1. */
    private final byte[] headers;

    private KeptRecord(ConsumerRecord<byte[], byte[]> record) {
        topic = record.topic();
        partition = record.partition();
        offset = record.offset();
        timestamp = record.timestamp();
        key = record.key();
        value = record.value();
        headers = packed(record.headers());
    }

    static KeptRecord of(ConsumerRecord<byte[], byte[]> record) {
        return new KeptRecord(record);
    }

    /** The record again. */
    ConsumerRecord<byte[], byte[]> record() {
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                length(key),
                length(value),
                key,
                value,
                unpacked(),
                Optional.empty());
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? ConsumerRecord.NULL_SIZE : bytes.length;
    }

    private static byte[] packed(Iterable<Header> headers) {
        var bytes = new ByteArrayOutputStream();
        for (var header : headers) {
            pack(bytes, header.key().getBytes(UTF_8));
            pack(bytes, header.value());
        }
        return bytes.toByteArray();
    }

    private static void pack(ByteArrayOutputStream to, byte @Nullable [] bytes) {
        to.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length(bytes)).array());
        if (bytes != null) {
            to.writeBytes(bytes);
        }
    }

    private RecordHeaders unpacked() {
        var all = new RecordHeaders();
        var packed = ByteBuffer.wrap(headers);
        while (packed.hasRemaining()) {
            var key = new String(Objects.requireNonNull(unpack(packed)), UTF_8);
            all.add(new RecordHeader(key, unpack(packed)));
        }
        return all;
    }

    private static byte @Nullable [] unpack(ByteBuffer from) {
        var length = from.getInt();
        if (length < 0) {
            return null;
        }
        var bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
