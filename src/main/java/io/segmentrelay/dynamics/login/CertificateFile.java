package io.segmentrelay.dynamics.login;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the file of a certificate: PEM with a key and a certificate, or PKCS #12. */
final class CertificateFile {

    private static final Pattern PEM_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final Pattern PEM_CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);

    private CertificateFile() {}

    /**
     * Reads an RSA key and its certificate.
     *
     * @throws UnreadableCredential where the file does not hold them; the message names the setting, and nothing of the content
     */
    static CertifiedKey read(Path path, Optional<String> password) {
        try {
            var bytes = Files.readAllBytes(path);
            var text = new String(bytes, StandardCharsets.ISO_8859_1);
            return checked(text.contains("-----BEGIN ") ? pem(text) : pkcs12(bytes, password));
        } catch (IOException e) {
            throw new UnreadableCredential(AzureSettings.CERTIFICATE + ": the file cannot be read"
                    + (Files.exists(path) ? " or its password is wrong" : ""));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnreadableCredential(AzureSettings.CERTIFICATE
                    + ": the file holds no RSA key with a certificate, in PEM (PKCS #8) or PKCS #12");
        }
    }

    private static CertifiedKey checked(CertifiedKey pair) throws GeneralSecurityException {
        if (!pair.key().getAlgorithm().equals("RSA")) {
            throw new GeneralSecurityException("no RSA key");
        }
        return pair;
    }

    private static CertifiedKey pem(String text) throws GeneralSecurityException {
        var key = PEM_KEY.matcher(text);
        var certificate = PEM_CERTIFICATE.matcher(text);
        if (!key.find() || !certificate.find()) {
            throw new GeneralSecurityException("no key or no certificate");
        }
        var encoded = Base64.getMimeDecoder().decode(key.group(1));
        return new CertifiedKey(
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded)),
                (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(certificate.group().getBytes(StandardCharsets.ISO_8859_1))));
    }

    private static CertifiedKey pkcs12(byte[] bytes, Optional<String> password)
            throws GeneralSecurityException, IOException {
        var secret = password.orElse("").toCharArray();
        var store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(bytes), secret);
        for (var alias : Collections.list(store.aliases())) {
            if (store.getKey(alias, secret) instanceof PrivateKey key
                    && store.getCertificate(alias) instanceof X509Certificate certificate) {
                return new CertifiedKey(key, certificate);
            }
        }
        throw new GeneralSecurityException("no key");
    }
}
