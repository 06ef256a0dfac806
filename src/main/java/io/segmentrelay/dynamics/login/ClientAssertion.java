package io.segmentrelay.dynamics.login;

import java.time.Duration;
import java.util.UUID;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;

import io.segmentrelay.time.Time;

/**
 * What a client with a certificate shows instead of a secret: a JWT signed with the certificate's key, which names the
 * certificate by its thumbprints.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/certificate-credentials">Certificate credentials</a>
 */
final class ClientAssertion {

    private static final Duration LIFE = Duration.ofMinutes(5);
    /** The endpoint's clock may be behind. */
    private static final Duration BEFORE = Duration.ofMinutes(1);

    private final String clientId;
    private final String audience;
    private final Time time;

    ClientAssertion(String clientId, String audience, Time time) {
        this.clientId = clientId;
        this.audience = audience;
        this.time = time;
    }

    /** A new assertion for one request; reads the certificate's file. */
    String sign(Credential.Certificate certificate) {
        var pair = certificate.read();
        var now = time.now();
        return Jwt.issuer(clientId)
                .subject(clientId)
                .audience(audience)
                .claim("jti", UUID.randomUUID().toString())
                .issuedAt(now)
                .claim("nbf", now.minus(BEFORE).getEpochSecond())
                .expiresAt(now.plus(LIFE))
                .jws()
                .algorithm(SignatureAlgorithm.PS256)
                .thumbprint(pair.certificate())
                .thumbprintS256(pair.certificate())
                .sign(pair.key());
    }
}
