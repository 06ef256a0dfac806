package io.segmentrelay.event;

import java.util.Arrays;

/** The steps of a request, under the names that events and logs give them: those that make a segment first, in their order. */
public enum Step {
    VALIDATE("validate"),
    CREATE_DEFINITION("create-definition"),
    CREATE_SEGMENT("create-segment"),
    ADD_MEMBERS("add-members"),
    PUBLISH("publish"),
    AWAIT_LIVE("await-live"),
    FETCH_MEMBERS("fetch-members"),
    FIND_SEGMENT("find-segment"),
    RETIRE("retire"),
    FOLLOW("follow");

    private final String label;

    Step(String label) {
        this.label = label;
    }

    /** The name in events. */
    public String label() {
        return label;
    }

    /** The one of this name. */
    public static Step of(String label) {
        return Arrays.stream(values())
                .filter(step -> step.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no step has this name"));
    }
}
