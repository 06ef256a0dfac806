package io.segmentrelay.sandbox.dynamics;

/** What a call asks for. */
public enum Operation {
    /** {@code POST /<tenant>/oauth2/v2.0/token}. */
    TOKEN("token"),
    /** {@code POST msdynmkt_segmentdefinitions}. */
    CREATE_DEFINITION("create definition"),
    /** {@code POST msdynmkt_segments}. */
    CREATE_SEGMENT("create segment"),
    /** {@code POST msdynmkt_AddStaticMembers}. */
    ADD_MEMBERS("add members"),
    /** {@code POST msdynmkt_PublishSegmentDefinition}. */
    PUBLISH("publish"),
    /** {@code GET msdynmkt_segmentdefinitions}, one or many. */
    STATUS("status"),
    /** {@code GET msdynmkt_segments}, one or many, and {@code POST msdynmkt_SegmentStatus}. */
    SEGMENT_STATUS("segment status"),
    /** {@code POST msdynmkt_MembersList}. */
    MEMBERS("members"),
    /** {@code DELETE msdynmkt_segmentdefinitions}. */
    DELETE_DEFINITION("delete definition"),
    /** {@code DELETE msdynmkt_segments}. */
    DELETE_SEGMENT("delete segment"),
    /** {@code POST $batch}, whatever is in it. */
    BATCH("batch"),
    /** Anything else, which is answered with an error. */
    OTHER("other");

    private final String text;

    Operation(String text) {
        this.text = text;
    }

    /** In words, lower case. */
    public String text() {
        return text;
    }
}
