package io.segmentrelay.dynamics.web;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.UUID;

import io.segmentrelay.dynamics.http.WebApi;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The body of one {@code $batch}, as it is written part by part. */
final class BatchBody {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    /** Random, so that no body has it in it. */
    private final String boundary = "batch_" + UUID.randomUUID();

    private final String path;
    private Optional<String> changeSet = Optional.empty();
    private int posts;

    /** @param version of the Web API */
    BatchBody(String version) {
        this.path = "%s/%s/".formatted(WebApi.PATH, version);
    }

    /** From here to its end: all, or none. */
    BatchBody beginChangeSet() {
        changeSet = Optional.of("changeset_" + UUID.randomUUID());
        lines(
                "--" + boundary,
                "Content-Type: %s; boundary=\"%s\"".formatted(WebApi.MULTIPART, changeSet.orElseThrow()),
                "");
        return this;
    }

    BatchBody endChangeSet() {
        lines("--%s--".formatted(changeSet.orElseThrow()));
        changeSet = Optional.empty();
        return this;
    }

    /** A call: made after what came before, where that was done. */
    BatchBody post(String resource, byte[] json) {
        lines(
                "--" + changeSet.orElse(boundary),
                "Content-Type: application/http",
                "Content-Transfer-Encoding: binary",
                "Content-ID: " + ++posts,
                "",
                "POST %s%s HTTP/1.1".formatted(path, resource),
                "Content-Type: " + WebApi.JSON_UTF_8,
                "Accept: application/json",
                "Content-Length: " + json.length,
                "");
        bytes.writeBytes(json);
        lines("");
        return this;
    }

    /** For the header. */
    String contentType() {
        return "%s; boundary=\"%s\"".formatted(WebApi.MULTIPART, boundary);
    }

    /** Whole: with its end. */
    byte[] bytes() {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes.toByteArray());
        whole.writeBytes("--%s--\r\n".formatted(boundary).getBytes(US_ASCII));
        return whole.toByteArray();
    }

    private void lines(String... lines) {
        for (var line : lines) {
            bytes.writeBytes(line.getBytes(US_ASCII));
            bytes.writeBytes(new byte[] {'\r', '\n'});
        }
    }
}
