package io.segmentrelay.query;

import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Any text as a query: what is found has a place in it, and what the simulator can read has nothing certainly wrong but its table. */
public class QueryFuzzTest {

    /** Among them every branch that random bytes would not find in a short time. */
    public static Stream<String> seeds() {
        return Stream.of(
                "PROFILE(contact).FILTER(ISNOTNULL(address1_county))",
                "PROFILE(contact).FILTER(a == \"x\" AND b = 1)",
                "PROFILE(account, a_1).FILTER(a_1.x IN [1, 'y']).TRAVERSE(r, c_1).FILTER(NOT(c_1.z CONTAINS 'O''N'))",
                "Interaction(t, c).FILTER(x == DATEADD(DAY, -1, DATETIMEUTCNOW())).Having(Count() >= 1, UTCMONTHS(6))",
                "SEGMENT('a').UNION(SEGMENT(SEGMENT_CJO_ID_0123456789abcdef0123456789abcdef)) MINUS PROFILE(lead)",
                "PROFILE(contact).FILTER(a == 'C:\\' || (b <> 2 & !c");
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void atLength(@NotNull String text) {
        check(text);
    }

    /** Fails where the class comment is not true of it. */
    public static void check(String text) {
        var findings = QueryCheck.findings(text, "contact");
        assertThat(findings)
                .allSatisfy(finding -> assertThat(finding.position()).isBetween(1, text.length() + 1));
        if (QuerySyntax.parse(text) instanceof QuerySyntax.Parsed.Good) {
            assertThat(findings)
                    .allSatisfy(finding -> assertThat(finding.message()).contains("base entity"));
        }
    }
}
