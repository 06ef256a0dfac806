package io.segmentrelay.sandbox.dynamics.query;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.crm.Row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What queries mean: their members are found here a second time, by going through the CRM in Java. */
class QueriesTest {

    private static final Crm CRM = Crm.of(7, 1_500, 600, 200);
    private static final Instant NOW = Instant.parse("2026-03-01T12:34:56Z");

    private final Queries queries = new Queries(CRM);

    private List<UUID> members(String query) {
        return members(query, "contact");
    }

    private List<UUID> members(String query, String baseEntity) {
        return queries.compile(query, baseEntity, Segments.NONE).members(NOW, Segments.NONE);
    }

    private static Set<UUID> contacts(Predicate<Row> wanted) {
        return ids(CRM.contacts().rows().stream().filter(wanted));
    }

    private static Set<UUID> ids(Stream<Row> rows) {
        return rows.map(Row::id).collect(Collectors.toSet());
    }

    private static boolean is(Row row, String attribute, Object value) {
        return value.equals(row.get(attribute));
    }

    private static double number(Row row, String attribute) {
        return row.get(attribute) instanceof Double number ? number : Double.NaN;
    }

    private static Instant date(Row row, String attribute) {
        return row.get(attribute) instanceof Instant instant ? instant : Instant.MAX;
    }

    private static String text(Row row, String attribute) {
        return row.get(attribute) instanceof String text ? text : "";
    }

    private static @Nullable Row account(Row contact) {
        return CRM.accounts().rows().stream()
                .filter(account -> is(contact, "parentcustomerid", account.id().toString()))
                .findFirst()
                .orElse(null);
    }

    private static Predicate<Row> ofAccount(Predicate<Row> wanted) {
        return contact -> {
            var account = account(contact);
            return account != null && wanted.test(account);
        };
    }

    private static Arguments filter(String condition, Predicate<Row> wanted) {
        return Arguments.of("PROFILE(contact).FILTER(%s)".formatted(condition), contacts(wanted));
    }

    static Stream<Arguments> filters() {
        var birthday = LocalDate.of(1980, 5, 17).atStartOfDay(ZoneOffset.UTC).toInstant();
        return Stream.of(
                Arguments.of("PROFILE(contact)", contacts(row -> true)),
                Arguments.of("\n profile ( contact )\t", contacts(row -> true)),
                filter("ISNULL(address1_county)", row -> row.get("address1_county") == null),
                filter("ISNOTNULL(address1_county)", row -> row.get("address1_county") != null),
                filter("NOT(ISNULL(address1_county))", row -> row.get("address1_county") != null),
                filter("address1_county == 'Kent'", row -> is(row, "address1_county", "Kent")),
                filter("'Kent' == address1_county", row -> is(row, "address1_county", "Kent")),
                filter("contact.address1_county == 'Kent'", row -> is(row, "address1_county", "Kent")),
                filter("address1_county == 'kent'", row -> false),
                filter(
                        "address1_county != 'Kent'",
                        row -> row.get("address1_county") != null && !is(row, "address1_county", "Kent")),
                filter("NOT(address1_county == 'Kent')", row -> !is(row, "address1_county", "Kent")),
                filter("annualincome > 150000", row -> number(row, "annualincome") > 150_000),
                filter("annualincome >= 150000.0", row -> number(row, "annualincome") >= 150_000),
                filter("annualincome < 20000", row -> number(row, "annualincome") < 20_000),
                filter("annualincome <= 20000", row -> number(row, "annualincome") <= 20_000),
                filter("donotbulkemail == true", row -> is(row, "donotbulkemail", true)),
                filter("donotbulkemail != TRUE", row -> is(row, "donotbulkemail", false)),
                filter(
                        "gendercode == 2 && statecode == 0",
                        row -> is(row, "gendercode", 2d) && is(row, "statecode", 0d)),
                filter(
                        "gendercode == 2 || numberofchildren >= 4 && statecode == 0",
                        row -> is(row, "gendercode", 2d)
                                || (number(row, "numberofchildren") >= 4 && is(row, "statecode", 0d))),
                filter(
                        "(gendercode == 2 || numberofchildren >= 4) && statecode == 0",
                        row -> (is(row, "gendercode", 2d) || number(row, "numberofchildren") >= 4)
                                && is(row, "statecode", 0d)),
                filter(
                        "address1_city CONTAINS 'ür'",
                        row -> text(row, "address1_city").contains("ür")),
                filter(
                        "address1_city STARTSWITH 'M'",
                        row -> text(row, "address1_city").startsWith("M")),
                filter(
                        "emailaddress1 ENDSWITH '7@example.com'",
                        row -> text(row, "emailaddress1").endsWith("7@example.com")),
                filter("firstname == '王伟'", row -> is(row, "firstname", "王伟")),
                filter("lastname == 'O\u2019Neil'", row -> is(row, "lastname", "O\u2019Neil")),
                filter("lastname == 'O''Brien'", row -> is(row, "lastname", "O'Brien")),
                filter("lastname == 'O\\'Brien'", row -> is(row, "lastname", "O'Brien")),
                filter(
                        "address1_city == 'Zürich'\r\n  ||\n\taddress1_city\n== 'Paris'",
                        row -> is(row, "address1_city", "Zürich") || is(row, "address1_city", "Paris")),
                filter(
                        "annualincome / 1000 + numberofchildren * 10 > 200",
                        row -> number(row, "annualincome") / 1_000 + number(row, "numberofchildren") * 10 > 200),
                filter(
                        "annualincome - 10 * (numberofchildren + 1) <= -1 + 50000",
                        row -> number(row, "annualincome") - 10 * (number(row, "numberofchildren") + 1) <= 49_999),
                filter("annualincome / (gendercode - gendercode) > 0", row -> false),
                filter(
                        "birthdate > DATE(1980, 5, 17)",
                        row -> !date(row, "birthdate").equals(Instant.MAX)
                                && date(row, "birthdate").isAfter(birthday)),
                filter(
                        "birthdate <= '1980-05-17'",
                        row -> !date(row, "birthdate").isAfter(birthday)),
                filter(
                        "birthdate < DATE(1980,5,17,0,0,0,0)",
                        row -> date(row, "birthdate").isBefore(birthday)),
                filter(
                        "birthdate != '1980-05-17T00:00:00Z'",
                        row -> row.get("birthdate") != null
                                && !date(row, "birthdate").equals(birthday)),
                filter(
                        "DATEDIFF(year, birthdate, DATETIMEUTCNOW()) >= 65",
                        row -> row.get("birthdate") != null
                                && ChronoUnit.YEARS.between(
                                                LocalDateTime.ofInstant(date(row, "birthdate"), ZoneOffset.UTC),
                                                LocalDateTime.of(2026, 3, 1, 12, 34))
                                        >= 65),
                filter(
                        "createdon >= DATEADD(DAY, -1000, DATETIMEUTCNOW())",
                        row -> !date(row, "createdon")
                                .isBefore(Instant.parse("2026-03-01T12:34:00Z").minus(1_000, ChronoUnit.DAYS))),
                filter(
                        "DATEDIFF(DAY, createdon, modifiedon) < 10",
                        row -> ChronoUnit.DAYS.between(date(row, "createdon"), date(row, "modifiedon")) < 10));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void filtersContacts(String query, Set<UUID> expected) {
        // When
        var members = members(query);

        // Then
        assertThat(members).doesNotHaveDuplicates();
        assertThat(new HashSet<>(members)).isEqualTo(expected);
    }

    @Test
    void theTableSaysSomething() {
        // When
        var sizes =
                filters().map(arguments -> ((Set<?>) arguments.get()[1]).size()).toList();

        // Then
        assertThat(sizes.stream().filter(size -> size > 0)).hasSizeGreaterThan(25);
    }

    static Stream<Arguments> joins() {
        Predicate<Row> large = account -> number(account, "numberofemployees") > 100;
        return Stream.of(
                Arguments.of(
                        "PROFILE(contact).RELATE(contact_customer_accounts, account_1).FILTER(account_1.numberofemployees > 100)",
                        contacts(ofAccount(large))),
                Arguments.of(
                        "PROFILE(contact).RELATEOPTIONAL(contact_customer_accounts, account.account_1)"
                                + ".FILTER(account_1.name CONTAINS 'Contoso')",
                        contacts(ofAccount(account -> text(account, "name").contains("Contoso")))),
                Arguments.of(
                        "PROFILE(contact).RELATEOPTIONAL(contact_customer_accounts, a).FILTER(ISNULL(a.accountid))",
                        contacts(contact -> account(contact) == null)),
                Arguments.of(
                        "PROFILE(contact).RELATE(contact_customer_accounts)",
                        contacts(contact -> account(contact) != null)),
                Arguments.of(
                        "PROFILE(contact).TRAVERSE(contact_account_parentcustomerid).FILTER(numberofemployees > 100)",
                        contacts(ofAccount(large))),
                Arguments.of(
                        "PROFILE(account).FILTER(numberofemployees > 100).TRAVERSE(contact_customer_accounts).DISTINCT()",
                        contacts(ofAccount(large))),
                Arguments.of(
                        "PROFILE(account).TRAVERSE(contact_customer_accounts, FILTER(account.numberofemployees > 100"
                                + " && gendercode == 1))",
                        contacts(ofAccount(large).and(contact -> is(contact, "gendercode", 1d)))),
                Arguments.of(
                        "PROFILE(contact).FILTER(gendercode == 1).RELATE(contact_customer_accounts, a,"
                                + " RELATE(account_primary_contact, p)).FILTER(p.gendercode == 2 && a.revenue > 1000)",
                        contacts(contact -> is(contact, "gendercode", 1d)
                                && ofAccount(account -> number(account, "revenue") > 1_000
                                                && CRM.contacts().rows().stream()
                                                        .anyMatch(
                                                                p -> is(account, "primarycontactid", p.id().toString())
                                                                        && is(p, "gendercode", 2d)))
                                        .test(contact))));
    }

    @ParameterizedTest
    @MethodSource("joins")
    void goesThroughRelationships(String query, Set<UUID> expected) {
        // When
        var members = members(query);

        // Then
        assertThat(expected).isNotEmpty();
        assertThat(members).doesNotHaveDuplicates();
        assertThat(new HashSet<>(members)).isEqualTo(expected);
    }

    static Stream<Arguments> sets() {
        var kent = "PROFILE(contact).FILTER(address1_county == 'Kent')";
        var women = "PROFILE(contact).FILTER(gendercode == 2)";
        Predicate<Row> isKent = row -> is(row, "address1_county", "Kent");
        Predicate<Row> isWoman = row -> is(row, "gendercode", 2d);
        Predicate<Row> isActive = row -> is(row, "statecode", 0d);
        var active = "PROFILE(contact).FILTER(statecode == 0)";
        return Stream.of(
                Arguments.of(kent + " UNION " + women, contacts(isKent.or(isWoman))),
                Arguments.of(kent + "\nINTERSECT\n" + women, contacts(isKent.and(isWoman))),
                Arguments.of(kent + " EXCEPT " + women, contacts(isKent.and(isWoman.negate()))),
                Arguments.of("(%s).UNION(%s)".formatted(kent, women), contacts(isKent.or(isWoman))),
                Arguments.of(
                        "%s UNION %s EXCEPT %s".formatted(kent, women, active),
                        contacts(isKent.or(isWoman).and(isActive.negate()))),
                Arguments.of(
                        "%s UNION (%s EXCEPT %s)".formatted(kent, women, active),
                        contacts(isKent.or(isWoman.and(isActive.negate())))),
                Arguments.of("PROFILE(contact).UNION(%s).INTERSECT(%s)".formatted(women, active), contacts(isActive)));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void combinesSets(String query, Set<UUID> expected) {
        // When
        var members = members(query);

        // Then
        assertThat(expected).isNotEmpty();
        assertThat(new HashSet<>(members)).isEqualTo(expected);
    }

    @Test
    void otherBaseEntities() {
        // When
        var leads = members("PROFILE(lead).FILTER(address1_county == 'Kent')", "lead");
        var accounts = members("PROFILE(account).FILTER(industrycode == 5)", "account");

        // Then
        assertThat(new HashSet<>(leads))
                .isNotEmpty()
                .isEqualTo(ids(CRM.leads().rows().stream().filter(row -> is(row, "address1_county", "Kent"))));
        assertThat(new HashSet<>(accounts))
                .isNotEmpty()
                .isEqualTo(ids(CRM.accounts().rows().stream().filter(row -> is(row, "industrycode", 5d))));
    }

    @Test
    void namesOtherSegments() {
        // Given
        var stranger = UUID.randomUUID();
        var woman = contacts(row -> is(row, "gendercode", 2d)).iterator().next();
        Segments segments = name -> name.equals("Two of us")
                ? Optional.of(new Segments.Segment("contact", Set.of(stranger, woman)))
                : Optional.empty();

        // When
        var plain = queries.compile("SEGMENT('Two of us')", "contact", segments).members(NOW, segments);
        var filtered = queries.compile("SEGMENT('Two of us').FILTER(gendercode == 2)", "contact", segments)
                .members(NOW, segments);

        // Then
        assertThat(plain).containsExactlyInAnyOrder(stranger, woman);
        assertThat(filtered).containsExactly(woman);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PROFILE(contact).FILTER(lastname == \"x\") | Invalid character '\"' at line 1, position 36",
                "PROFILE(contact).FILTER(statecode == 0 AND gendercode == 1) | Unexpected 'AND' at line 1, position 39",
                "PROFILE(contact).FILTER(statecode == 0 or gendercode == 1) | Unexpected 'or' at line 1, position 39",
                "PROFILE(contact).FILTER(lastname == 'x) | A string that does not end at line 1, position 36",
                "PROFILE(contact).FILTER(statecode == 0 | Unexpected end of the query at line 1, position 38",
                "PROFILE(contact).FILTER(statecode = 0) | Invalid character '=' at line 1, position 34",
                "PROFILE(contact).FILTER() | Unexpected ')' at line 1, position 24",
                "PROFILE() | Unexpected ')' at line 1, position 8",
                "`` | Unexpected end of the query at line 1, position 0",
                "contact | Unexpected 'contact' at line 1, position 0",
                "PROFILE(contact) PROFILE(contact) | Unexpected 'PROFILE' at line 1, position 17",
                "PROFILE(invoice) | There is no table 'invoice' at line 1, position 8",
                "PROFILE(contact).FILTER(shoesize > 40) | 'contact' has no attribute 'shoesize' at line 1, position 24",
                "PROFILE(contact).FILTER(a.name == 'x') | There is no alias 'a' at line 1, position 24",
                "PROFILE(contact).RELATE(no_such, a) | There is no relationship 'no_such' at line 1, position 24",
                "PROFILE(lead).RELATE(contact_customer_accounts, a) | The relationship 'contact_customer_accounts' has no end at 'lead' at line 1, position 21",
                "PROFILE(contact).RELATE(contact_customer_accounts, a).RELATE(contact_customer_accounts, a) | The alias 'a' is used twice at line 1, position 88",
                "PROFILE(account).FILTER(revenue > 5) | The query does not select 'contact' at line 1, position 0",
                "PROFILE(contact).FILTER(annualincome > 'much') | A value of type TEXT is expected, not NUMBER at line 1, position 24",
                "PROFILE(contact).FILTER(annualincome CONTAINS '1') | A value of type TEXT is expected, not NUMBER at line 1, position 24",
                "PROFILE(contact).FILTER(birthdate > 'soon') | 'soon' is no date at line 1, position 36",
                "PROFILE(contact).FILTER(DATEDIFF(week, birthdate, createdon) > 1) | 'week' is no part of a date at line 1, position 33",
                "PROFILE(contact).FILTER(birthdate > DATE(1980)) | DATE takes 3 to 7 numbers at line 1, position 36",
                "SEGMENT('nobody') | There is no segment 'nobody' at line 1, position 8",
            })
    void refusesWithThePosition(String query, String problem) {
        // When / Then
        assertThatThrownBy(() -> members(query))
                .isInstanceOf(QueryException.class)
                .hasMessage(problem);
    }

    @Test
    void refusesWhatIsNestedTooDeeply() {
        // Given
        var deep = "PROFILE(contact).FILTER(%sstatecode == 0%s)".formatted("(".repeat(50_000), ")".repeat(50_000));

        // When / Then
        assertThatThrownBy(() -> members(deep))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void theSameQueryIsCompiledAndEvaluatedOnce() {
        // Given
        var query = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";

        // When
        var found = IntStream.range(0, 1_000)
                .mapToObj(i -> queries.compile(query, "contact", Segments.NONE).members(NOW, Segments.NONE))
                .toList();

        // Then
        assertThat(found).allSatisfy(members -> assertThat(members).isSameAs(found.getFirst()));
    }

    @Test
    void theSameSeedGivesTheSameRows() {
        // When
        var again = Crm.of(7, 1_500, 600, 200);
        var other = Crm.of(8, 1_500, 600, 200);

        // Then
        assertThat(again.contacts().rows()).isEqualTo(CRM.contacts().rows());
        assertThat(again.leads().rows()).isEqualTo(CRM.leads().rows());
        assertThat(again.accounts().rows()).isEqualTo(CRM.accounts().rows());
        assertThat(other.contacts().rows()).isNotEqualTo(CRM.contacts().rows());
        assertThat(ids(CRM.contacts().rows().stream())).hasSize(1_500);
    }
}
