package io.segmentrelay.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** A certificate authority that nobody knows, made by the JDK's keytool, with a certificate for servers here and one for a client. */
final class PrivateAuthority {

    static final String PASSWORD = "changeit";

    private final Path folder;

    PrivateAuthority(Path folder) {
        this.folder = folder;
        generate("authority", "-ext", "bc:c");
        issue("server", "san=ip:127.0.0.1,dns:localhost");
        issue("client", "eku=clientAuth");
    }

    /** The authority's certificate, as PEM. */
    Path certificate() {
        try {
            var encoded = store("authority").getCertificate("authority").getEncoded();
            return Files.writeString(
                    folder.resolve("authority.pem"),
                    "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                            .formatted(Base64.getMimeEncoder().encodeToString(encoded)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Key and certificate of the client, as PKCS #12. */
    Path client() {
        return file("client");
    }

    /** Key and certificate of the server, as PKCS #12. */
    Path serverStore() {
        return file("server");
    }

    /** Of a server that shows its certificate and knows the clients of this authority. */
    SSLContext server() {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store("server"), PASSWORD.toCharArray());
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", store("authority").getCertificate("authority"));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void issue(String name, String extension) {
        generate(name);
        var request = folder.resolve(name + ".csr").toString();
        var signed = folder.resolve(name + ".crt").toString();
        keytool(name, "-certreq", "-alias", name, "-file", request);
        keytool(
                "authority",
                "-gencert",
                "-alias",
                "authority",
                "-ext",
                extension,
                "-infile",
                request,
                "-outfile",
                signed);
        keytool(
                name,
                "-importcert",
                "-noprompt",
                "-alias",
                "authority",
                "-file",
                certificate().toString());
        keytool(name, "-importcert", "-noprompt", "-alias", name, "-file", signed);
    }

    private void generate(String name, String... more) {
        var arguments = new ArrayList<>(
                List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-validity", "2", "-dname", "CN=" + name));
        arguments.addAll(List.of(more));
        keytool(name, arguments.toArray(String[]::new));
    }

    private void keytool(String store, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file(store).toString()));
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("keytool.log").toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("keytool ends").isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", command, Files.readString(folder.resolve("keytool.log")))
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private KeyStore store(String name) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file(name))) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".p12");
    }
}
