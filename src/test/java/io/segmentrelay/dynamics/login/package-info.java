@NullMarked
package io.segmentrelay.dynamics.login;

import org.jspecify.annotations.NullMarked;
