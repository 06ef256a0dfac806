package io.segmentrelay.dynamics.login;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A key and its certificate.
 *
 * @param key private
 * @param certificate of the key
 */
record CertifiedKey(PrivateKey key, X509Certificate certificate) {

    /** Without the key. */
    @Override
    public String toString() {
        return "CertifiedKey[]";
    }
}
