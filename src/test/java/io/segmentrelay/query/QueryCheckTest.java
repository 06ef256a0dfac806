package io.segmentrelay.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

class QueryCheckTest {

    static List<String> realQueries() throws IOException {
        try (var lines =
                Objects.requireNonNull(QueryCheckTest.class.getResourceAsStream("/queries/real-queries.txt"))) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("realQueries")
    void findsNothingInQueriesAsPeopleWriteThem(String query) {
        assertThat(QueryCheck.findings(query, query.startsWith("PROFILE(lead)") ? "lead" : "contact"))
                .isEmpty();
    }

    /** The published forms that the collection has none of. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROFILE(contact)",
                "profile(Contact).filter(isnotnull(address1_county))",
                "PROFILE(contact).FILTER(a >= 1 && b <= 2 && c > 3 && d < 4 && e != 5 || NOT(f == -6))",
                "PROFILE(contact).FILTER(x CONTAINS 's' && y STARTSWITH 's' && z ENDSWITH 's')",
                "PROFILE(contact).FILTER(CONTAINS(x, 's'))",
                "PROFILE(contact).FILTER(createdon > DATE(2024, 1, 31) && revenue * 2 + 1 > (3 - 1) / 2)",
                "PROFILE(contact).FILTER(createdon > DATE(2024, 1, 31, 10, 15))",
                "PROFILE(contact).DISTINCT()",
                "(PROFILE(contact) UNION SEGMENT(a)).EXCEPT(SEGMENT('b'))",
                "PROFILE(contact).UNION(PROFILE(contact))",
                "SEGMENT(0123abcd-0123-abcd-0123-0123456789ab)",
                "PROFILE(contact).RELATE(r_one, a.b, RELATEOPTIONAL(r_two, c))",
                "PROFILE(account).TRAVERSE(contact_account, FILTER(x == 1))",
                "PROFILE(contact)\n\t.FILTER(name == 'O''Neil (and \"Co\") or = [')",
                "PROFILE(contact).FILTER(name == '𝒳 ☂ naïve' && true == false)",
                "PROFILE(contact).FILTER(account_1.or == 1 && account_1.and == 2)",
            })
    void findsNothingCertainInPublishedForms(String query) {
        assertThat(QueryCheck.findings(query, "contact")).noneMatch(QueryFinding::certain);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PROFILE(contact).FILTER(name == \"x\") | 33 | Double quotes | single quotes",
                "PROFILE(contact).FILTER(name == \"x) | 33 | Double quotes | single quotes",
                "PROFILE(contact).FILTER(a == 1 AND b == 2) | 32 | the word AND | Write &&",
                "PROFILE(contact).FILTER(NOT(a == 1) or b == 2) | 37 | the word OR | 'Write ||'",
                "PROFILE(contact).FILTER(a IN [1] and b == 2) | 34 | the word AND | Write &&",
                "PROFILE(contact).FILTER(a = 1) | 27 | single = | Write ==",
                "PROFILE(contact).FILTER((a == 1) | 24 | not closed | Close it with )",
                "PROFILE(contact).FILTER(a IN [1, 2) | 35 | another kind | Write ]",
                "PROFILE(contact).FILTER(a == 1)) | 32 | closes none | Leave it out",
                "PROFILE(contact).FILTER(name == 'x) | 33 | does not end | apostrophe",
                "PROFILE(contact).FILTER(name == 'O'Neil') | 40 | does not end | apostrophe",
                "PROFILE(lead).FILTER(a == 1) | 9 | base entity | baseEntity",
                "PROFILE(contact) UNION PROFILE(lead) | 32 | base entity | baseEntity",
                "PROFILE(lead).RELATE(r, x_1).FILTER(x_1.a == 1) | 9 | base entity | baseEntity",
                "PROFILE(contact).EXCEPT(PROFILE(lead)) | 33 | base entity | baseEntity",
            })
    void findsWhatIsWrong(String query, int position, String message, String suggestion) {
        // When
        var findings = QueryCheck.findings(query, "contact");

        // Then
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.position()).isEqualTo(position);
            assertThat(finding.message()).contains(message);
            assertThat(finding.suggestion()).contains(suggestion);
            assertThat(finding.certain()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PROFILE(contact).FILTER(SOUNDSLIKE(name, 'x')) | 25 | function",
                "PROFILE(contact).FILTER(a == TODAY()) | 30 | function",
                "PROFILE(contact).FITLER(a == 1) | 18 | step",
                "PROFILE(contact).FILTER(a <> 1) | 27 | <>",
                "PROFILE(contact).FILTER(a == 1 & b == 2) | 32 | single &",
                "PROFILE(contact).FILTER(!(a == 1)) | 25 | !",
                "PROFILE(contact).FILTER(a == ‘x’) | 30 | Quotes",
                "PROFILE(contact).FILTER(a == 1) ORDER BY a | 33 | published grammar",
                "PROFILE(contact).FILTER(a ==) | 29 | published grammar",
                "PROFILE(contact).FILTER | 24 | too early",
                "contact | 1 | published grammar",
                "PROFILE(contact).FILTER(a == #x) | 30 | character",
                // Where a text ends is not certain: a backslash may escape the quote, or not.
                "PROFILE(contact).FILTER(a == 'C:\\') | 30 | does not end",
                "PROFILE(contact).FILTER(a == 'C:\\' AND b == 1) | 30 | does not end",
            })
    void onlyRemarksOnWhatItDoesNotKnow(String query, int position, String message) {
        // When
        var findings = QueryCheck.findings(query, "contact");

        // Then
        assertThat(findings).noneMatch(QueryFinding::certain).anySatisfy(finding -> {
            assertThat(finding.position()).isEqualTo(position);
            assertThat(finding.message()).contains(message);
        });
    }

    @Test
    void countsPositionsInUtf16Units() {
        // When
        var findings = QueryCheck.findings("PROFILE(contact).FILTER(a == '𝒳' AND b == 1)", "contact");

        // Then
        assertThat(findings).extracting(QueryFinding::position).containsExactly(35);
    }

    @Test
    void findsSeveralThingsAtOnceInTheirOrder() {
        // When
        var findings = QueryCheck.findings("PROFILE(lead).FILTER(a = \"x\" AND (b == 1)", "contact");

        // Then
        assertThat(findings).extracting(QueryFinding::position).containsExactly(21, 24, 26, 30);
    }

    @Test
    void findsNoMoreThanHelps() {
        assertThat(QueryCheck.findings("= ".repeat(1_000), "contact")).hasSize(10);
    }

    @Test
    void repeatsNothingOfTheQuery() {
        // When
        var findings = QueryCheck.findings(
                "PROFILE(planted).FILTER(planted = \"planted\" AND PLANTED(planted) planted", "contact");

        // Then
        assertThat(findings)
                .isNotEmpty()
                .allSatisfy(finding ->
                        assertThat(finding.message() + finding.suggestion()).doesNotContainIgnoringCase("planted"));
    }

    static Stream<Arguments> heavy() {
        var depth = 100_000;
        return Stream.of(
                argumentSet(
                        "brackets",
                        "PROFILE(contact).FILTER(" + "(".repeat(depth) + "a == 1" + ")".repeat(depth) + ")"),
                argumentSet(
                        "brackets as deep as they are parsed",
                        "PROFILE(contact).FILTER(" + "(".repeat(190) + "a" + ")".repeat(190) + " == 1)"),
                argumentSet(
                        "brackets around values or conditions",
                        "PROFILE(contact).FILTER(" + ("(".repeat(150) + "a" + ")".repeat(150) + " == 1 && ").repeat(60)
                                + "a == 1)"),
                argumentSet(
                        "sums in brackets",
                        "PROFILE(contact).FILTER(" + ("(a+".repeat(90) + "1" + ")".repeat(90) + " == 1 || ").repeat(50)
                                + "a == 1)"),
                argumentSet("signs", "PROFILE(contact).FILTER(a == " + "-".repeat(19_000) + "1)"),
                argumentSet("conditions", "PROFILE(contact).FILTER(a == 1" + " && a == 1".repeat(9_900) + ")"),
                argumentSet(
                        "as many as are parsed", "PROFILE(contact).FILTER(a == 1" + " && a == 1".repeat(1_900) + ")"),
                argumentSet("sums", "PROFILE(contact).FILTER(a == 1" + "+(1)".repeat(4_900) + ")"),
                argumentSet("sets", "PROFILE(contact)" + " UNION PROFILE(contact)".repeat(800)),
                argumentSet("wrong tables", "PROFILE(lead) UNION ".repeat(4_900)),
                argumentSet("tables in brackets", "PROFILE(lead)(".repeat(1_400) + ")".repeat(400)),
                argumentSet("tables in a row", "PROFILE(lead) ".repeat(1_400) + "TRAVERSE"),
                argumentSet("brackets that stay open", "NOT(".repeat(4_900)),
                argumentSet("lists that stay open", "[".repeat(depth)),
                argumentSet("double quotes", "\"".repeat(depth)),
                argumentSet("single quotes", "'".repeat(depth - 1)),
                argumentSet("backslashes", "\\'".repeat(depth / 2)),
                argumentSet("beyond the basic plane", "𝒳".repeat(depth / 2)),
                argumentSet("signs of nothing", "&".repeat(depth)));
    }

    /** A sender decides how long and how deep a query is. */
    @ParameterizedTest
    @MethodSource("heavy")
    void isDoneWithAnyQueryInNoTime(String query) {
        // Given: what is learned once is learned
        QueryCheck.findings("PROFILE(contact)", "contact");
        var start = System.nanoTime();

        // When
        var findings = QueryCheck.findings(query, "contact");

        // Then
        var took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(took)
                .as("%d characters, %d findings", query.length(), findings.size())
                .isLessThan(Duration.ofSeconds(2));
    }

    /** Whatever comes in. */
    @Property(tries = 2_000)
    void neverThrows(@ForAll @Size(max = 40) List<@IntRange(max = 29) Integer> parts) {
        // Given
        var pieces = List.of(
                "PROFILE(",
                "contact",
                "lead",
                ")",
                "(",
                "[",
                "]",
                ".FILTER(",
                "'",
                "\"",
                "\\",
                "=",
                "==",
                " AND ",
                " or ",
                "&&",
                "||",
                "&",
                "-",
                "1",
                ",",
                ".",
                " UNION ",
                "TRAVERSE(",
                "SEGMENT(",
                "𝒳",
                "\ud800",
                "\u0000",
                "\n",
                "IN");
        var query = String.join("", parts.stream().map(pieces::get).toList());

        // When
        var findings = QueryCheck.findings(query, "contact");

        // Then
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.position()).isBetween(1, query.length() + 1);
            assertThat(finding.message()).isNotBlank();
            assertThat(finding.suggestion()).isNotBlank();
        });
    }
}
