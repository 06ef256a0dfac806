package io.segmentrelay.dynamics.login;

import java.util.Optional;
import java.util.regex.Pattern;

import io.segmentrelay.config.WebAddress;

/** {@code AZURE_AUTHORITY_HOST}: where tokens come from, whichever of Entra ID's addresses it was copied from. */
final class AuthorityHost {

    /** What follows the tenant in the addresses of its endpoints. */
    private static final String ENDPOINTS =
            "(/oauth2)?(/v2\\.0)?(/token|/authorize|/\\.well-known/openid-configuration)?";

    private AuthorityHost() {}

    /**
     * Scheme, host and port. A path is left out where it plainly says the tenant that is set anyway; another tenant would be
     * the wrong one, here or there.
     *
     * @param text as it is set
     * @param tenant {@code AZURE_TENANT_ID}
     * @return empty: it is not the address of a host
     */
    static Optional<String> of(String text, Optional<String> tenant) {
        return WebAddress.parse(text)
                .filter(WebAddress::isOne)
                .filter(uri -> uri.getRawQuery() == null && uri.getRawFragment() == null)
                .filter(uri -> saysNothingNew(uri.getRawPath().replaceAll("/+$", ""), tenant))
                .map(WebAddress::origin);
    }

    private static boolean saysNothingNew(String path, Optional<String> tenant) {
        return path.isEmpty()
                || tenant.filter(id -> Pattern.compile("/+" + Pattern.quote(id) + ENDPOINTS, Pattern.CASE_INSENSITIVE)
                                .matcher(path)
                                .matches())
                        .isPresent();
    }
}
