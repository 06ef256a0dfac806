/**
 * The first run, {@code ./mvnw -Pdev}: the sandbox in the JVM of Quarkus' dev mode, a sample request, and what comes out of
 * it on the console.
 */
@NullMarked
package io.segmentrelay.sandbox.dev;

import org.jspecify.annotations.NullMarked;
