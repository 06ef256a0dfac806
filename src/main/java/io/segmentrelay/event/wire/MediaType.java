package io.segmentrelay.event.wire;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** What a content type says, as senders write it. */
public final class MediaType {

    private static final Pattern JSON = Pattern.compile("(?:application|text)/(?:[a-z0-9!#$&^_.+-]+\\+)?json");

    private MediaType() {}

    /** The content type without its parameters and without quotes around it, in lower case. */
    public static String of(String contentType) {
        var unquoted = PercentEncoding.unquoted(contentType.strip());
        var end = unquoted.indexOf(';');
        return PercentEncoding.unquoted((end < 0 ? unquoted : unquoted.substring(0, end)).strip())
                .toLowerCase(Locale.ROOT);
    }

    /** JSON, also by the suffix of its structure (RFC 6839), also where nothing is said. */
    public static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        var type = of(contentType);
        return type.isEmpty() || JSON.matcher(type).matches();
    }
}
