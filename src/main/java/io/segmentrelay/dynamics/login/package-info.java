/** Tokens for the calls, and the credentials that they are fetched with. */
@NullMarked
package io.segmentrelay.dynamics.login;

import org.jspecify.annotations.NullMarked;
