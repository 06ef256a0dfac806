/** Requests to others over HTTP: who is trusted, what is tried again, and how an answer's bytes become text. */
@NullMarked
package io.segmentrelay.http;

import org.jspecify.annotations.NullMarked;
