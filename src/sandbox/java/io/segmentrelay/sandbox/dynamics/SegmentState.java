package io.segmentrelay.sandbox.dynamics;

/** What a segment's state is to somebody who looks on: a definition's status, and how far its first computation is. */
public enum SegmentState {
    DRAFT("draft"),
    GOING_LIVE("going live"),
    /** Live, and its first computation has not ended well. */
    COMPUTING("computing"),
    /** Live, with members. */
    LIVE("live"),
    STOPPED("stopped"),
    /** It still has a row. */
    DELETED("deleted");

    private final String text;

    SegmentState(String text) {
        this.text = text;
    }

    /** In words, lower case. */
    public String text() {
        return text;
    }

    static SegmentState of(Stage stage) {
        return switch (stage.status()) {
            case DefinitionRow.LIVE, DefinitionRow.LIVE_WITH_WARNINGS -> stage.computations() > 0 ? LIVE : COMPUTING;
            case DefinitionRow.GOING_LIVE -> GOING_LIVE;
            case DefinitionRow.STOPPING, DefinitionRow.STOPPED -> STOPPED;
            case DefinitionRow.DELETED -> DELETED;
            default -> DRAFT;
        };
    }
}
