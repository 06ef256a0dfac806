package io.segmentrelay.event.codec;

import java.util.Set;

import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.Warning;

/** The names of {@link LifeStage}s in events. */
final class Stages {

    static final String BEGINNING = "beginning";
    static final String FOLLOWING = "following";
    static final String TELLING = "telling";
    static final String ENDING = "ending";
    static final String KEEPING = "keeping";
    static final String RETIRING = "retiring";

    private Stages() {}

    static String label(LifeStage stage) {
        return switch (stage) {
            case LifeStage.Beginning s -> BEGINNING;
            case LifeStage.Following s -> FOLLOWING;
            case LifeStage.Telling s -> TELLING;
            case LifeStage.Ending s -> ENDING;
            case LifeStage.Keeping s -> KEEPING;
            case LifeStage.Retiring s -> RETIRING;
        };
    }

    /** What is known to be less than perfect, beside how the request came. */
    static Set<Warning> warnings(LifeStage stage) {
        return stage instanceof LifeStage.Beginning beginning ? beginning.warnings() : Set.of();
    }
}
