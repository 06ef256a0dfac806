package io.segmentrelay.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** URLs in settings: what they plainly mean, however they were copied. */
public final class WebAddress {

    /** What a browser or the list of endpoints shows after an organization's URL: none of it is said by the organization. */
    private static final Pattern OF_AN_ORGANIZATION = Pattern.compile(
            "(?i)/*(main\\.aspx|default\\.aspx|apps(/.*)?|api(/(data|search)(/v[0-9]+\\.[0-9]+)?)?|xrmservices(/.*)?)?/*");

    /** The Web API's own name of an organization's host: {@code contoso.api.crm4.dynamics.com}. */
    private static final Pattern API_HOST = Pattern.compile("([^.]+)\\.api\\.(crm[0-9]*\\..+)");

    private WebAddress() {}

    /** Whether it is an http or https URL with a host, and without credentials. */
    public static boolean isOne(URI uri) {
        return uri.getScheme() != null
                && List.of("http", "https").contains(uri.getScheme().toLowerCase(Locale.ROOT))
                && uri.getHost() != null
                && uri.getRawUserInfo() == null;
    }

    /** Whether it is nothing but scheme, host and port. */
    static boolean isOrigin(URI uri) {
        return isOne(uri)
                && uri.getRawPath().matches("/*")
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    /** The URI that a text is; empty: it is none. */
    public static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Scheme, host and port, as they are compared. */
    public static String origin(URI uri) {
        var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        var usual = scheme.equals("https") ? 443 : 80;
        var port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
        return "%s://%s%s".formatted(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
    }

    /**
     * The organization that an address copied from a browser or from the list of endpoints is of. An organization has two
     * hosts, of which Entra ID's scopes and the browser know the one without {@code api}: that one is taken for both calls
     * and tokens.
     *
     * @return scheme, host and port; the text itself where it is no address of an organization
     */
    static String organization(String text) {
        return parse(text)
                .filter(WebAddress::isOne)
                .filter(uri -> OF_AN_ORGANIZATION.matcher(uri.getRawPath()).matches())
                .map(uri -> withoutApi(origin(uri)))
                .orElse(text);
    }

    private static String withoutApi(String origin) {
        var start = origin.indexOf("://") + 3;
        var host = API_HOST.matcher(origin.substring(start));
        return host.matches() ? origin.substring(0, start) + host.group(1) + "." + host.group(2) : origin;
    }
}
