@NullMarked
package io.segmentrelay.dynamics.web;

import org.jspecify.annotations.NullMarked;
