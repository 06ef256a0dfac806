package io.segmentrelay.sandbox.dynamics.query;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.crm.Row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Queries as people write them; what the newer forms mean is found a second time, in Java. */
class RealQueriesTest {

    private static final Crm CRM = Crm.of(7, 3_000, 1_000, 300);
    /** Shortly before the last rows were made. */
    private static final Instant NOW = Instant.parse("2025-12-10T12:34:56Z");

    private static final String BY_ID = "SEGMENT_CJO_ID_0123456789abcdef0123456789abcdef";

    private static final Segments SEGMENTS = name -> switch (name) {
        case "People of Kent" -> segment(row -> "Kent".equals(row.get("address1_county")));
        case "People of Essex" -> segment(row -> "Essex".equals(row.get("address1_county")));
        case BY_ID -> segment(row -> row.get("emailaddress1") != null);
        default -> Optional.empty();
    };

    private static Optional<Segments.Segment> segment(Predicate<Row> wanted) {
        return Optional.of(new Segments.Segment("contact", contacts(wanted)));
    }

    private static Set<UUID> contacts(Predicate<Row> wanted) {
        return CRM.contacts().rows().stream().filter(wanted).map(Row::id).collect(Collectors.toSet());
    }

    static List<String> lines() throws IOException {
        var resource = RealQueriesTest.class.getResourceAsStream("/queries/real-queries.txt");
        try (InputStream lines = Objects.requireNonNull(resource)) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static List<UUID> members(String query) {
        var baseEntity = query.startsWith("PROFILE(lead)") ? "lead" : "contact";
        return new Queries(CRM).compile(query, baseEntity, SEGMENTS).members(NOW, SEGMENTS);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void selectsSomePeopleAndNotAll(String query) {
        // When
        var members = members(query);
        var again = members(query);

        // Then
        assertThat(members).isEqualTo(again).doesNotHaveDuplicates().isNotEmpty();
        assertThat(members.size()).isLessThan(CRM.contacts().rows().size());
    }

    @Test
    void theCollectionIsWhole() throws IOException {
        // When / Then
        assertThat(lines()).hasSize(18).doesNotHaveDuplicates();
    }

    private static long times(String kind, Row person, Instant since) {
        return CRM.history(kind).orElseThrow().of(person.id(), NOW).stream()
                .filter(event -> !event.at().isBefore(since))
                .count();
    }

    private static Instant months(int back) {
        return LocalDateTime.ofInstant(NOW, ZoneOffset.UTC).minusMonths(back).toInstant(ZoneOffset.UTC);
    }

    static Stream<Arguments> newerForms() {
        return Stream.of(
                Arguments.of(
                        "PROFILE(contact).FILTER(statuscode IN [1, 3])",
                        contacts(row -> Double.valueOf(1).equals(row.get("statuscode")))),
                Arguments.of(
                        "PROFILE(contact).FILTER(NOT(address1_city in ['Leeds','York']))",
                        contacts(row -> !List.of("Leeds", "York").contains(String.valueOf(row.get("address1_city"))))),
                Arguments.of(
                        "PROFILE(contact).FILTER(STARTSWITH(lastname, 'O''N') || ENDSWITH(emailaddress1, '.org'))",
                        contacts(row -> String.valueOf(row.get("lastname")).startsWith("O'N")
                                || String.valueOf(row.get("emailaddress1")).endsWith(".org"))),
                Arguments.of(
                        "PROFILE(contact).FILTER(CONTAINS(description, 'back\\\\slash \"quoted\" naïve ☂'))",
                        contacts(row ->
                                String.valueOf(row.get("description")).contains("back\\slash \"quoted\" naïve ☂"))),
                Arguments.of(
                        "PROFILE(contact) minus PROFILE(contact).FILTER(statuscode == 2)",
                        contacts(row -> Double.valueOf(1).equals(row.get("statuscode")))),
                Arguments.of(
                        "PROFILE(contact).MINUS(PROFILE(contact).FILTER(statuscode == 2))",
                        contacts(row -> Double.valueOf(1).equals(row.get("statuscode")))),
                Arguments.of(
                        "PROFILE(contact, c).FILTER(c.statuscode == 2 && contact.gendercode == 1)",
                        contacts(row -> Double.valueOf(2).equals(row.get("statuscode"))
                                && Double.valueOf(1).equals(row.get("gendercode")))),
                Arguments.of(
                        "PROFILE(contact).FILTER(statecode == 0) INTERSECT SEGMENT(" + BY_ID + ")",
                        contacts(row ->
                                Double.valueOf(0).equals(row.get("statecode")) && row.get("emailaddress1") != null)),
                Arguments.of(
                        "SEGMENT('People of Kent') UNION SEGMENT('People of Essex')",
                        contacts(row -> List.of("Kent", "Essex").contains(String.valueOf(row.get("address1_county"))))),
                Arguments.of(
                        "INTERACTION(EmailClicked, contact).HAVING(COUNT() > 3, MONTHS(2))",
                        contacts(row -> times("EmailClicked", row, months(2)) > 3)),
                Arguments.of(
                        "Interaction(msdynmkt_emaildelivered, msdynmkt_entityid).Having(Count() == 0, UTCMONTHS(6))",
                        contacts(row -> times("msdynmkt_emaildelivered", row, months(6)) == 0)),
                Arguments.of(
                        "Interaction(msdynmkt_formsubmitted, msdynmkt_entityid)",
                        contacts(row -> times("formsubmitted", row, Instant.MIN) > 0)),
                Arguments.of(
                        "Interaction(EmailOpened, contactid).FILTER(DATEDIFF(DAY, msdynmkt_timestamp, DATETIMEUTCNOW()) < 30)"
                                + ".HAVING(COUNT() >= 2)",
                        contacts(row -> times(
                                        "EmailOpened",
                                        row,
                                        NOW.minusSeconds(56)
                                                .minus(Duration.ofDays(30))
                                                .plusMillis(1))
                                >= 2)));
    }

    @ParameterizedTest
    @MethodSource("newerForms")
    void meansWhatItSays(String query, Set<UUID> expected) {
        // When
        var members = members(query);

        // Then
        assertThat(expected).isNotEmpty();
        assertThat(new HashSet<>(members)).isEqualTo(expected);
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        // Given
        var person = CRM.contacts().rows().getFirst().id();
        var again = Crm.of(7, 3_000, 1_000, 300).history("EmailSent").orElseThrow();
        var everybody = CRM.contacts().rows();

        // When
        var events = CRM.history("msdynmkt_emailsent").orElseThrow().of(person, NOW);

        // Then
        assertThat(events).isEqualTo(again.of(person, NOW));
        assertThat(everybody.stream()
                        .filter(row -> times("EmailSent", row, Instant.MIN) > 0)
                        .count())
                .isBetween(everybody.size() / 2L, everybody.size() - 100L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "INTERACTION(Telepathy, contact) | There is no interaction 'Telepathy' at line 1, position 12",
                "INTERACTION(EmailSent, shoe) | 'shoe' names nobody in 'EmailSent' at line 1, position 23",
                "INTERACTION(EmailSent, lead) | The query does not select 'contact' at line 1, position 0",
                "INTERACTION(EmailSent, contact).HAVING(SUM() > 1) | 'SUM' is no way to count at line 1, position 39",
                "INTERACTION(EmailSent, contact).HAVING(COUNT() > 1, EONS(1)) | 'eons' is no unit of time at line 1, position 52",
                "INTERACTION(EmailSent, contact).HAVING(COUNT() > 1, DAYS(99999999999)) | A whole number of at most 6 digits is expected at line 1, position 57",
                "INTERACTION(EmailSent, contact).DISTINCT() | Interactions are only filtered and counted at line 1, position 32",
                "PROFILE(contact).HAVING(COUNT() > 1) | Only interactions are counted at line 1, position 17",
                "PROFILE(contact).FILTER(statuscode IN []) | Unexpected ']' at line 1, position 39",
                "PROFILE(contact).FILTER(statuscode IN ['x']) | A value of type TEXT is expected, not NUMBER at line 1, position 24",
                "PROFILE(contact, c).RELATE(contact_customer_accounts, c) | The alias 'c' is used twice at line 1, position 54",
            })
    void refusesWithThePosition(String query, String problem) {
        // When / Then
        assertThatThrownBy(() -> members(query))
                .isInstanceOf(QueryException.class)
                .hasMessage(problem);
    }

    @Test
    void aDateBeyondTheCalendarIsNone() {
        // When
        var members = members("PROFILE(contact).FILTER(createdon < DATEADD(YEAR, 999999999999, DATETIMEUTCNOW()))");

        // Then
        assertThat(members).isEmpty();
    }
}
