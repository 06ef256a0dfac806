package io.segmentrelay.dynamics.members;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.MemberSet;

import static org.assertj.core.api.Assertions.assertThat;

/** Any body of {@code MembersList}: a list or a typed failure, and the same one whatever chunks it comes in. */
public class MembersFuzzTest {

    /** Among them every branch that random bytes would not find in a short time. */
    public static Stream<byte[]> seeds() {
        var member = "6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10";
        return Stream.of(
                        "{\\\"members\\\":[\\\"%s\\\"],\\\"primaryKeyColumnName\\\":\\\"contactid\\\"}"
                                .formatted(member),
                        "{\\\"members\\\":[\\\"%s, {%s}\\\"],\\\"totalCount\\\":2}".formatted(member, member),
                        "{\\\"m\\u0065mbers\\\":[\\\"\\\\u0036f1c3c1e5d0b4a8f9d553f1f6b0f7a10\\\"]}",
                        "{\\\"members\\\":null,\\\"additionalProperties\\\":{\\\"a\\\":[1,-2.5e3,true]}}")
                .map("{\"StatusCode\":200,\"ResultText\":\"%s\"}"::formatted)
                .map(body -> body.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void atLength(byte[] body) {
        check(body);
    }

    /** Fails where the class comment is not true of it. */
    public static void check(byte[] body) {
        var whole = read(body, Math.max(1, body.length));
        assertThat(read(body, 1)).isEqualTo(whole);
        assertThat(read(body, 7)).isEqualTo(whole);
    }

    /** What was read, or the kind of its failure; where it says "weather", the place may differ with the chunks. */
    private static Optional<MemberSet> read(byte[] body, int chunk) {
        try {
            var reader = new MembersAnswerReader();
            for (var from = 0; from < body.length; from += chunk) {
                reader.feed(Arrays.copyOfRange(body, from, Math.min(body.length, from + chunk)));
            }
            return Optional.of(reader.finish().toMemberList().members());
        } catch (DynamicsException.Weather | DynamicsException.UnreadableMembers e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(500);
            return Optional.empty();
        }
    }
}
