/**
 * What the relay costs, beside what one would write instead: {@code ./mvnw -Pbench verify}, and {@code -Dbench=<name>} for one. Each is
 * tried in a small form in every build; only the large form is a measurement.
 */
@NullMarked
package io.segmentrelay.it.bench;

import org.jspecify.annotations.NullMarked;
