package io.segmentrelay.trigger.http;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.event.wire.Refused.Reason;

import static org.assertj.core.api.Assertions.assertThat;

class HttpRefusalsTest {

    @Test
    void eachStatusEitherPassesOrIsRefusedForAReason() {
        // When
        var passing = new TreeSet<Integer>();
        var refused = new EnumMap<Reason, List<Integer>>(Reason.class);
        IntStream.concat(IntStream.range(100, 200), IntStream.range(400, 600))
                .forEach(status -> HttpRefusals.of(status)
                        .ifPresentOrElse(
                                refusal -> refused.merge(
                                        refusal.reason(),
                                        List.of(status),
                                        (some, more) -> java.util.stream.Stream.concat(some.stream(), more.stream())
                                                .toList()),
                                () -> passing.add(status)));

        // Then
        assertThat(passing)
                .contains(100, 408, 409, 423, 425, 429, 500, 502, 503, 504, 599)
                .doesNotContain(400, 401, 403, 404, 405, 410, 413, 415, 422, 501);
        var others = refused.remove(Reason.NOT_UNDERSTOOD);
        assertThat(refused)
                .isEqualTo(Map.of(
                        Reason.AUTHORIZATION, List.of(401, 403, 407, 511),
                        Reason.NO_SUCH_RECEIVER, List.of(404, 410),
                        Reason.UNSUPPORTED, List.of(405, 501, 505),
                        Reason.TOO_LARGE, List.of(413),
                        Reason.INVALID, List.of(422)));
        assertThat(others).contains(400, 406, 411, 414, 415, 431).allMatch(status -> status / 100 == 4);
    }

    @ParameterizedTest
    @CsvSource({
        "301, it has moved",
        "400, does not understand CloudEvents",
        "401, /oidc/token",
        "404, no receiver at that address: set K_SINK",
        "413, the event is too large: raise the limit",
    })
    void aRefusalSaysWhatToDo(int status, String advice) {
        assertThat(HttpRefusals.of(status)).hasValueSatisfying(refused -> {
            assertThat(refused.receiver()).isEqualTo("K_SINK");
            assertThat(refused)
                    .hasMessageStartingWith("the sink answered %d: ".formatted(status))
                    .hasMessageContaining(advice);
        });
    }
}
