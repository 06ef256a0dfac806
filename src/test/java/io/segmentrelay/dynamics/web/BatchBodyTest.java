package io.segmentrelay.dynamics.web;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What a batch looks like on the wire. */
class BatchBodyTest {

    @Test
    void isWrittenAsTheDocumentationHasIt() {
        // When
        var batch = new BatchBody("v9.2")
                .beginChangeSet()
                .post("msdynmkt_segmentdefinitions", "{\"a\":1}".getBytes(UTF_8))
                .post("msdynmkt_segments", "{\"b\":\"é\"}".getBytes(UTF_8))
                .endChangeSet()
                .post("msdynmkt_PublishSegmentDefinition", "{}".getBytes(UTF_8));

        // Then
        var boundary = batch.contentType().replaceFirst("multipart/mixed; boundary=\"(batch_[-0-9a-f]{36})\"", "$1");
        var text = new String(batch.bytes(), UTF_8);
        var changeSet = text.lines().toList().get(1).replaceFirst(".*boundary=\"(.*)\"", "$1");
        assertThat(changeSet).startsWith("changeset_").hasSize(46);
        assertThat(text.replace(boundary, "BATCH").replace(changeSet, "SET")).isEqualTo("""
                --BATCH
                Content-Type: multipart/mixed; boundary="SET"

                --SET
                Content-Type: application/http
                Content-Transfer-Encoding: binary
                Content-ID: 1

                POST /api/data/v9.2/msdynmkt_segmentdefinitions HTTP/1.1
                Content-Type: application/json; charset=utf-8
                Accept: application/json
                Content-Length: 7

                {"a":1}
                --SET
                Content-Type: application/http
                Content-Transfer-Encoding: binary
                Content-ID: 2

                POST /api/data/v9.2/msdynmkt_segments HTTP/1.1
                Content-Type: application/json; charset=utf-8
                Accept: application/json
                Content-Length: 10

                {"b":"é"}
                --SET--
                --BATCH
                Content-Type: application/http
                Content-Transfer-Encoding: binary
                Content-ID: 3

                POST /api/data/v9.2/msdynmkt_PublishSegmentDefinition HTTP/1.1
                Content-Type: application/json; charset=utf-8
                Accept: application/json
                Content-Length: 2

                {}
                --BATCH--
                """.replace("\n", "\r\n"));
    }
}
