package io.segmentrelay.trace;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells nothing. */
final class NoSpan implements Span {

    @Override
    public boolean isOn() {
        return false;
    }

    @Override
    public Optional<TraceContext> context() {
        return Optional.empty();
    }

    @Override
    public Span child(String name, Kind kind) {
        return this;
    }

    @Override
    public Span serving(String name, List<TraceContext> served) {
        return this;
    }

    @Override
    public Span with(String key, String value) {
        return this;
    }

    @Override
    public Span with(String key, long value) {
        return this;
    }

    @Override
    public void happened(String event, Duration duration) {
        // nobody listens
    }

    @Override
    public void measured(Runnable record) {
        record.run();
    }

    @Override
    public void end() {
        // nobody listens
    }

    @Override
    public void failed(String reason) {
        // nobody listens
    }
}
