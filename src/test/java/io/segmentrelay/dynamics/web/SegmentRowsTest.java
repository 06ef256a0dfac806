package io.segmentrelay.dynamics.web;

import java.util.UUID;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentRowsTest {

    private static final UUID ID = UUID.fromString("6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10",
                "6F1C3C1E5D0B4A8F9D553F1F6B0F7A10",
                "{6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10}",
                "(6F1C3C1E-5D0B-4A8F-9D55-3F1F6B0F7A10)",
                " urn:uuid:6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10 "
            })
    void theLinkMayBeSpelledInAnyUsualWay(String link) {
        // Given
        var row = JsonNodeFactory.instance.objectNode().put("msdynmkt_sourcesegmentuid", link);

        // Then
        assertThat(SegmentRows.found(ID, row).definitionId()).contains(ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "6f1c3c1e-5d0b-4a8f-9d55", "6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a1g"})
    void whatIsNoGuidIsNoLink(String link) {
        // Given
        var row = JsonNodeFactory.instance.objectNode().put("msdynmkt_sourcesegmentuid", link);

        // Then
        assertThat(SegmentRows.found(ID, row).definitionId()).isEmpty();
    }

    @Test
    void whatTheRowDoesNotSayIsAbsent() {
        // When
        var found = SegmentRows.found(
                ID,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("statuscode", 4)
                        .put("msdynmkt_displayname", "a\nb")
                        .put("msdynmkt_baseentitylogicalname", "No Table"));

        // Then
        assertThat(found.deleted()).isTrue();
        assertThat(found.displayName()).isEqualTo("a b");
        assertThat(found.baseEntity()).isEmpty();
        assertThat(found.definitionId()).isEmpty();
    }
}
