package io.segmentrelay.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.config.SinkOverridesFuzzTest;
import io.segmentrelay.dynamics.http.AnswersFuzzTest;
import io.segmentrelay.dynamics.members.MembersFuzzTest;
import io.segmentrelay.event.codec.EventFuzzTest;
import io.segmentrelay.query.QueryFuzzTest;

/**
 * The short form of all fuzz tests: the same bytes for every parser. One process, since its start takes many times longer than
 * the fuzzing itself.
 */
class AllParsersFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.of(
                        EventFuzzTest.seeds(),
                        MembersFuzzTest.seeds(),
                        AnswersFuzzTest.seeds(),
                        Stream.concat(SinkOverridesFuzzTest.seeds(), QueryFuzzTest.seeds())
                                .map(text -> text.getBytes(StandardCharsets.UTF_8)))
                .flatMap(seeds -> seeds);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10s")
    void briefly(byte[] bytes) {
        EventFuzzTest.check(bytes);
        MembersFuzzTest.check(bytes);
        AnswersFuzzTest.check(bytes);
        SinkOverridesFuzzTest.check(new String(bytes, StandardCharsets.UTF_8));
        QueryFuzzTest.check(new String(bytes, StandardCharsets.UTF_8));
    }
}
