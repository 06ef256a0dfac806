package io.segmentrelay.event.wire;

import java.time.DateTimeException;
import java.time.OffsetDateTime;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TimestampsTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-24T10:00:00Z, 2026-11-24T10:00:00Z",
        "2026-11-24t10:00:00z, 2026-11-24T10:00:00Z",
        "2026-11-24 10:00:00+00:00, 2026-11-24T10:00:00Z",
        "2026-11-24T10:00:00-00:00, 2026-11-24T10:00:00Z",
        "2026-11-24T10:00:00.5+01:00, 2026-11-24T10:00:00.5+01:00",
        "2026-11-24T10:00:00.123456789Z, 2026-11-24T10:00:00.123456789Z",
        "2026-11-24T10:00:00.1234567899999999999999Z, 2026-11-24T10:00:00.123456789Z",
        "2026-11-24T10:00:00.0000000Z, 2026-11-24T10:00:00Z",
        "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z",
        "2016-12-31T23:59:60.75Z, 2016-12-31T23:59:59.75Z",
        "2017-01-01T08:59:60+09:00, 2017-01-01T08:59:59+09:00",
        "2026-11-24T10:00:00+18:00, 2026-11-24T10:00:00+18:00",
        "2026-11-24T10:00:00+18:01, 2026-11-23T15:59:00Z",
        "2026-11-24T10:00:00+23:59, 2026-11-23T10:01:00Z",
        "2026-11-24T10:00:00-23:59, 2026-11-25T09:59:00Z",
        "2028-02-29T00:00:00Z, 2028-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
        "2026-11-24T10:00Z, 2026-11-24T10:00:00Z"
    })
    void readsWhatRfc3339AllowsAndOthersWrite(String text, String expected) {
        assertThat(Timestamps.parse(text)).isEqualTo(OffsetDateTime.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "1700000000",
                "2026-11-24",
                "2026-11-24T10:00:00",
                "2026-11-24T10:00:00.Z",
                "2026-11-24T24:00:00Z",
                "2026-11-24T10:60:00Z",
                "2026-11-24T10:00:61Z",
                "2026-11-24T10:00:60Z",
                "2026-11-24T23:59:60+01:00",
                "2026-02-30T10:00:00Z",
                "2026-11-24T10:00:00+24:00",
                "2026-11-24T10:00:00+10:60",
                "2026-11-24T10:00:00Z ",
                "Tue, 24 Nov 2026 10:00:00 GMT"
            })
    void refusesTheRest(String text) {
        assertThatThrownBy(() -> Timestamps.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
