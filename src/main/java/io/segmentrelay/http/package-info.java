/**
 * Requests to others over HTTP: who is trusted, what is tried again, and how an answer's bytes become text.
 *
 * <p>May use Vert.x, Quarkus' TLS registry, Jackson and Mutiny; knows nothing else of the relay.
 */
@NullMarked
package io.segmentrelay.http;

import org.jspecify.annotations.NullMarked;
