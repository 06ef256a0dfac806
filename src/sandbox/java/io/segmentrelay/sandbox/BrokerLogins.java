package io.segmentrelay.sandbox;

import java.nio.file.Path;
import java.util.Map;

/**
 * Two more doors of a {@link KafkaBroker}, both with TLS: one for users with a password (SASL PLAIN and SCRAM-SHA-512), one for clients with
 * a certificate.
 *
 * @param keyStore the broker's key and certificate, and the authority's, as PKCS #12
 * @param keyStorePassword of the key store, and of the key in it
 * @param authority the certificate, as PEM, of those whose clients are let in
 * @param passwords by user
 */
public record BrokerLogins(Path keyStore, String keyStorePassword, Path authority, Map<String, String> passwords) {

    /** Copies the users. */
    public BrokerLogins {
        passwords = Map.copyOf(passwords);
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "BrokerLogins[users=%s]".formatted(passwords.keySet());
    }
}
