package io.segmentrelay.sandbox.dynamics.crm;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/** Draws the rows of a CRM: plausible, with gaps, in several scripts. */
final class Population {

    private static final List<String> FIRST_NAMES = List.of(
            "Anna",
            "Ben",
            "Chloé",
            "Dmitri",
            "Elif",
            "Fiona",
            "George",
            "Hélène",
            "Ingrid",
            "Jürgen",
            "Karin",
            "Łukasz",
            "María",
            "Nils",
            "Olga",
            "Paul",
            "Quentin",
            "Róisín",
            "Søren",
            "Tomáš",
            "Ümit",
            "Vera",
            "William",
            "Xenia",
            "Yūki",
            "Zoë",
            "王伟",
            "Αλέξανδρος");
    private static final List<String> LAST_NAMES = List.of(
            "Ærø",
            "Brown",
            "Çelik",
            "Dubois",
            "Evans",
            "Fernández",
            "Großmann",
            "Hansen",
            "Ito",
            "Jones",
            "Kowalski",
            "Lefèvre",
            "Müller",
            "Novák",
            "O'Brien",
            "O\u2019Neil",
            "Papadopoulos",
            "Quinn",
            "Rossi",
            "Smith",
            "Taylor",
            "Ulrich",
            "Van Dyke",
            "Weiß",
            "Young",
            "Žižek",
            "李");
    private static final List<String> JOBS =
            List.of("CEO", "Buyer", "Engineer", "Marketing Manager", "Sales Manager", "Finance Manager", "Assistant");
    private static final List<String> COMPANIES = List.of(
            "Adventure Works",
            "Contoso",
            "Fabrikam",
            "Fourth Coffee",
            "Litware",
            "Northwind Traders",
            "Proseware",
            "Tailspin Toys",
            "Wingtip",
            "Zürcher Käse");
    private static final List<String> FORMS = List.of("Ltd", "GmbH", "Inc.", "S.A.", "AB", "K.K.");

    private record Place(String city, @Nullable String county, String country, String postalCode) {}

    private static final List<Place> PLACES = List.of(
            new Place("Canterbury", "Kent", "United Kingdom", "CT1 2JF"),
            new Place("Maidstone", "Kent", "United Kingdom", "ME14 1XX"),
            new Place("Truro", "Cornwall", "United Kingdom", "TR1 2AA"),
            new Place("Cork", "County Cork", "Ireland", "T12 X70A"),
            new Place("Seattle", "King", "United States", "98101"),
            new Place("New York", null, "United States", "10001"),
            new Place("Zürich", null, "Switzerland", "8001"),
            new Place("München", null, "Germany", "80331"),
            new Place("Köln", null, "Germany", "50667"),
            new Place("Paris", null, "France", "75001"),
            new Place("Malmö", null, "Sweden", "211 20"),
            new Place("Kraków", null, "Poland", "30-001"),
            new Place("İzmir", null, "Türkiye", "35000"),
            new Place("東京", null, "日本", "100-0001"));

    private static final Instant EPOCH = Instant.parse("2015-01-01T00:00:00Z");
    private static final int DAYS = 4_000;

    private final long seed;
    private final SplittableRandom random;

    Population(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    Crm crm(int contacts, int leads, int accounts) {
        var accountRows = new ArrayList<Map<String, Object>>();
        for (var i = 0; i < accounts; i++) {
            accountRows.add(account(i));
        }
        var contactRows = new ArrayList<Map<String, Object>>();
        for (var i = 0; i < contacts; i++) {
            contactRows.add(contact(i, accountRows));
        }
        var leadRows = new ArrayList<Map<String, Object>>();
        for (var i = 0; i < leads; i++) {
            leadRows.add(lead(i, accountRows, contactRows));
        }
        if (!contactRows.isEmpty()) {
            accountRows.forEach(account ->
                    sometimes(80, account, "primarycontactid", pick(contactRows).get("contactid")));
        }
        var details = new Details(seed);
        accountRows.forEach(details::account);
        contactRows.forEach(details::person);
        leadRows.forEach(details::person);
        return new Crm(
                seed,
                List.of(
                        new Table("contact", Schema.CONTACT, rows("contactid", contactRows)),
                        new Table("lead", Schema.LEAD, rows("leadid", leadRows)),
                        new Table("account", Schema.ACCOUNT, rows("accountid", accountRows))));
    }

    private static List<Row> rows(String primaryKey, List<Map<String, Object>> attributes) {
        return attributes.stream()
                .map(row -> new Row(UUID.fromString((String) row.get(primaryKey)), row))
                .toList();
    }

    private Map<String, Object> account(int number) {
        var row = new HashMap<String, Object>();
        row.put("accountid", id(0xacc0_0000_0000_4000L));
        row.put("name", "%s %s".formatted(pick(COMPANIES), pick(FORMS)));
        row.put("accountnumber", "A%05d".formatted(number));
        sometimes(90, row, "industrycode", (double) random.nextInt(1, 34));
        sometimes(75, row, "revenue", (double) random.nextInt(1, 5_000) * 10_000);
        sometimes(85, row, "numberofemployees", (double) random.nextInt(1, 2_000));
        sometimes(50, row, "emailaddress1", "info%d@example.com".formatted(number));
        sometimes(60, row, "websiteurl", "https://a%d.example.com/".formatted(number));
        common(row);
        return row;
    }

    private Map<String, Object> contact(int number, List<Map<String, Object>> accounts) {
        var row = person("contactid", 0xc0a0_0000_0000_4000L, number);
        sometimes(40, row, "mobilephone", "+44 7700 9%05d".formatted(random.nextInt(100_000)));
        sometimes(70, row, "birthdate", birthdate());
        sometimes(50, row, "annualincome", (double) random.nextInt(10, 300) * 1_000);
        sometimes(60, row, "numberofchildren", (double) random.nextInt(0, 6));
        sometimes(80, row, "gendercode", (double) random.nextInt(1, 3));
        if (!accounts.isEmpty()) {
            sometimes(60, row, "parentcustomerid", pick(accounts).get("accountid"));
        }
        return row;
    }

    private Map<String, Object> lead(
            int number, List<Map<String, Object>> accounts, List<Map<String, Object>> contacts) {
        var row = person("leadid", 0x1ead_0000_0000_4000L, number);
        row.put("subject", "Interest in product %d".formatted(random.nextInt(20)));
        sometimes(70, row, "companyname", pick(COMPANIES));
        sometimes(40, row, "revenue", (double) random.nextInt(1, 5_000) * 10_000);
        sometimes(50, row, "numberofemployees", (double) random.nextInt(1, 2_000));
        sometimes(60, row, "estimatedvalue", (double) random.nextInt(1, 1_000) * 100);
        sometimes(80, row, "leadqualitycode", (double) random.nextInt(1, 4));
        sometimes(80, row, "leadsourcecode", (double) random.nextInt(1, 11));
        sometimes(60, row, "industrycode", (double) random.nextInt(1, 34));
        if (!accounts.isEmpty()) {
            sometimes(30, row, "parentaccountid", pick(accounts).get("accountid"));
        }
        if (!contacts.isEmpty()) {
            sometimes(30, row, "parentcontactid", pick(contacts).get("contactid"));
        }
        return row;
    }

    private Map<String, Object> person(String primaryKey, long prefix, int number) {
        var row = new HashMap<String, Object>();
        row.put(primaryKey, id(prefix));
        var first = pick(FIRST_NAMES);
        var last = pick(LAST_NAMES);
        row.put("firstname", first);
        row.put("lastname", last);
        row.put("fullname", first + " " + last);
        sometimes(85, row, "emailaddress1", "%s.%d@example.com".formatted(ascii(last), number));
        sometimes(60, row, "jobtitle", pick(JOBS));
        row.put("donotbulkemail", random.nextInt(4) == 0);
        common(row);
        return row;
    }

    private void common(Map<String, Object> row) {
        sometimes(70, row, "telephone1", "+44 20 7946 %04d".formatted(random.nextInt(10_000)));
        if (random.nextInt(100) < 85) {
            var place = pick(PLACES);
            row.put("address1_city", place.city());
            row.put("address1_country", place.country());
            row.put("address1_postalcode", place.postalCode());
            if (place.county() != null) {
                sometimes(80, row, "address1_county", place.county());
            }
            sometimes(50, row, "address1_line1", "Station Road %d".formatted(random.nextInt(1, 200)));
        }
        var created = EPOCH.plusSeconds(random.nextInt(DAYS) * 86_400L + random.nextInt(86_400));
        row.put("createdon", created);
        row.put("modifiedon", created.plusSeconds(random.nextInt(10_000_000)));
        var active = random.nextInt(10) != 0;
        row.put("statecode", active ? 0d : 1d);
        row.put("statuscode", active ? 1d : 2d);
    }

    private Instant birthdate() {
        return LocalDate.of(1935, 1, 1)
                .plusDays(random.nextInt(26_000))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    private String id(long prefix) {
        var variant = 0x8000_0000_0000_0000L | (random.nextLong() & 0x3fff_ffff_ffff_ffffL);
        return new UUID(prefix | (random.nextInt(1 << 16) & 0xffffL) << 16 | random.nextInt(1 << 12), variant)
                .toString();
    }

    private void sometimes(int percent, Map<String, Object> row, String attribute, @Nullable Object value) {
        if (random.nextInt(100) < percent && value != null) {
            row.put(attribute, value);
        }
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String ascii(String name) {
        var ascii = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return ascii.isEmpty() ? "x" : ascii;
    }
}
