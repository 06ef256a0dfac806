/**
 * A simulator of Dynamics 365 Customer Insights - Journeys, as far as segments need it, and of the token endpoint of
 * Microsoft Entra ID: a real HTTP server with a state, a small CRM, and switches for everything that can go wrong.
 */
@NullMarked
package io.segmentrelay.sandbox.dynamics;

import org.jspecify.annotations.NullMarked;
