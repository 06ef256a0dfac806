/** A small CRM: contacts, leads and accounts, the same ones for the same seed. */
@NullMarked
package io.segmentrelay.sandbox.dynamics.crm;

import org.jspecify.annotations.NullMarked;
