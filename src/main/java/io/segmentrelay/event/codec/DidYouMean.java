package io.segmentrelay.event.codec;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
final class DidYouMean {

    /** Slips of the hand that are forgiven: missing, wrong or superfluous letters. */
    private static final int MAX_SLIPS = 2;

    private static final int MAX_LENGTH = 60;

    private DidYouMean() {}

    /** The known name that is nearest, where one is near; upper and lower case, dashes and underscores are the same. */
    static Optional<String> nearest(String name, List<String> known) {
        if (name.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        var folded = fold(name);
        return known.stream()
                .filter(k -> slips(folded, fold(k)) <= Math.min(MAX_SLIPS, folded.length() / 2))
                .min(Comparator.comparingInt(k -> slips(folded, fold(k))));
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Levenshtein's distance. */
    private static int slips(String a, String b) {
        var row = new int[b.length() + 1];
        for (var j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(same, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
