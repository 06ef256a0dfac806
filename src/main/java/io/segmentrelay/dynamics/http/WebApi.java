package io.segmentrelay.dynamics.http;

import java.net.URI;

/**
 * What all calls of the Web API have in common.
 *
 * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors">
 *     Compose HTTP requests and handle errors</a>
 */
public final class WebApi {

    /** Behind the organization's URL; the version follows. */
    public static final String PATH = "/api/data";

    /** Of bodies: what the article writes, the space included. */
    public static final String JSON_UTF_8 = "application/json; charset=utf-8";

    /** Of {@code $batch}, without its boundary. */
    public static final String MULTIPART = "multipart/mixed";

    /** Of the header {@code OData-Version}, and of {@code OData-MaxVersion}. */
    public static final String ODATA_VERSION = "4.0";

    private WebApi() {}

    /**
     * The address of a resource.
     *
     * @param organization its URL, with or without a slash at its end
     */
    public static String url(URI organization, String version, String resource) {
        return "%s%s/%s/%s".formatted(organization.toString().replaceFirst("/+$", ""), PATH, version, resource);
    }
}
