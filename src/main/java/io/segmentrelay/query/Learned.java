package io.segmentrelay.query;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

import org.antlr.v4.runtime.atn.ParserATNSimulator;
import org.antlr.v4.runtime.atn.PredictionContextCache;
import org.antlr.v4.runtime.dfa.DFA;

/**
 * What the parser has learned from queries, which makes it quick. It would grow with each new form of nesting, and queries come from
 * outside: beyond a bound it is forgotten, and learned anew.
 */
final class Learned {

    /** Queries of people need some hundred. */
    private static final int MAX_STATES = 20_000;

    private static final AtomicReference<Learned> CURRENT = new AtomicReference<>(new Learned());

    private final DFA[] decisions;
    private final PredictionContextCache contexts = new PredictionContextCache();

    private Learned() {
        var network = SegmentQueryParser._ATN;
        decisions = new DFA[network.getNumberOfDecisions()];
        Arrays.setAll(decisions, i -> new DFA(network.getDecisionState(i), i));
    }

    /** What predicts for one parser, with all that was learned by others. */
    static ParserATNSimulator interpreter(SegmentQueryParser parser) {
        var learned = CURRENT.updateAndGet(known -> known.states() > MAX_STATES ? new Learned() : known);
        return new ParserATNSimulator(parser, SegmentQueryParser._ATN, learned.decisions, learned.contexts);
    }

    private int states() {
        return Arrays.stream(decisions)
                .mapToInt(decision -> decision.states.size())
                .sum();
    }
}
