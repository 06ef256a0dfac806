/** What the repository deploys with (manifests, container files, compose file, dashboards), checked against the application. */
@NullMarked
package io.segmentrelay.packaging;

import org.jspecify.annotations.NullMarked;
