/** What an HTTP answer of Dynamics means. */
@NullMarked
package io.segmentrelay.dynamics.http;

import org.jspecify.annotations.NullMarked;
