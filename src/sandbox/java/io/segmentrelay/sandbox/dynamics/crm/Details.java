package io.segmentrelay.sandbox.dynamics.crm;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What queries ask for and few rows have. Drawn apart, so that it leaves all other values of a seed as they are; a county
 * stays one, and none stays none.
 */
final class Details {

    private static final List<String> NOTES = List.of(
            "Met at the fair",
            "Asks for a back\\slash \"quoted\" naïve ☂ in each label",
            "Prefers e-mail",
            "Pays late");
    private static final List<String> CITIES = List.of("Leeds", "York", "Hull", "Bristol");

    private final SplittableRandom random;

    Details(long seed) {
        random = new SplittableRandom(seed ^ 0x5deece66dL);
    }

    void account(Map<String, Object> row) {
        place(row);
        if (random.nextInt(40) == 0) {
            row.put("name", "Example Ltd");
        }
    }

    void person(Map<String, Object> row) {
        place(row);
        row.put("donotemail", random.nextInt(5) == 0);
        if (random.nextInt(3) == 0) {
            row.put("description", NOTES.get(random.nextInt(NOTES.size())));
        }
        if (random.nextInt(40) == 0) {
            row.put("lastname", "O'Neill");
            row.put("fullname", row.get("firstname") + " O'Neill");
        }
        if (random.nextInt(12) == 0 && row.get("emailaddress1") instanceof String email) {
            row.put("emailaddress1", email.replace(".com", ".org"));
        }
    }

    private void place(Map<String, Object> row) {
        var drawn = random.nextInt(12);
        var city = CITIES.get(random.nextInt(CITIES.size()));
        if (drawn < 3 && Set.of("Cornwall", "King").contains(row.getOrDefault("address1_county", ""))) {
            moved(row, "Chelmsford", "CM1 1QH");
            row.put("address1_county", "Essex");
        } else if (drawn < 2 && row.containsKey("address1_city") && !row.containsKey("address1_county")) {
            moved(row, city, "XX1 1XX");
        }
    }

    private static void moved(Map<String, Object> row, String city, String postalCode) {
        row.put("address1_city", city);
        row.put("address1_country", "United Kingdom");
        row.put("address1_postalcode", postalCode);
    }
}
