package io.segmentrelay.dynamics.login;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How the relay proves who it is. */
sealed interface Credential {

    /** Why it is of no use, in a line that names the setting; files are looked into. Empty: it is. */
    Optional<String> problem();

    /** A client secret. */
    record Secret(String value) implements Credential {

        @Override
        public Optional<String> problem() {
            return Optional.empty();
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Secret[]";
        }
    }

    /**
     * A certificate and its key, in PEM (PKCS #8) or PKCS #12.
     *
     * @param path the file, which may be renewed at any time
     * @param password of a PKCS #12 file
     */
    record Certificate(Path path, Optional<String> password) implements Credential {

        /**
         * Reads the file.
         *
         * @throws UnreadableCredential where it does not hold both
         */
        CertifiedKey read() {
            return CertificateFile.read(path, password);
        }

        @Override
        public Optional<String> problem() {
            return problemOf(this::read);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Certificate[path=%s]".formatted(path);
        }
    }

    /**
     * A token of another issuer that Entra ID trusts, such as a Kubernetes service account's.
     *
     * @param path the file, which is renewed every hour or so
     */
    record Federated(Path path) implements Credential {

        /**
         * Reads the file.
         *
         * @throws UnreadableCredential where there is none, or nothing in it
         */
        String read() {
            try {
                var token = Files.readString(path, StandardCharsets.US_ASCII).strip();
                if (token.isEmpty()) {
                    throw new UnreadableCredential("%s: the file is empty".formatted(AzureSettings.FEDERATED));
                }
                return token;
            } catch (IOException e) {
                throw new UnreadableCredential("%s: the file cannot be read".formatted(AzureSettings.FEDERATED));
            }
        }

        @Override
        public Optional<String> problem() {
            return problemOf(this::read);
        }
    }

    private static Optional<String> problemOf(Runnable read) {
        try {
            read.run();
            return Optional.empty();
        } catch (UnreadableCredential e) {
            return Optional.ofNullable(e.getMessage());
        }
    }
}
