package io.segmentrelay.sandbox.dynamics;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Performs the calls of a {@code $batch}, up to the first that fails; a change set as a whole or not at all. */
final class Batches {

    private static final Pattern ROW = Pattern.compile(".*\\(([^)]*)\\)");

    /** A call that is performed like any other. */
    @FunctionalInterface
    interface Calls {
        Reply perform(Incoming call, Route route, List<Fault> faults);
    }

    private final Organization organization;
    private final BiFunction<Incoming, Route, List<Fault>> faults;
    private final Calls calls;

    /** @param faults that a call in a batch meets */
    Batches(Organization organization, BiFunction<Incoming, Route, List<Fault>> faults, Calls calls) {
        this.organization = organization;
        this.faults = faults;
        this.calls = calls;
    }

    Reply perform(Incoming call) {
        var batch = Batch.of(call);
        if (batch.isEmpty()) {
            return Reply.error(400, "0x80060888", "The body is no batch of HTTP requests.");
        }
        var goesOn = call.header("Prefer")
                .filter(prefer -> prefer.contains("odata.continue-on-error"))
                .isPresent();
        var body = new Multipart("batchresponse_");
        for (var item : batch.orElseThrow().items()) {
            var failed = item.isChangeSet()
                    ? changeSet(item.calls(), body)
                    : add(performOne(item.calls().getFirst()), body);
            if (failed.isPresent() && !goesOn) {
                return body.reply(failed.orElseThrow().status());
            }
        }
        return body.reply(200);
    }

    private static Optional<Reply> add(Reply reply, Multipart body) {
        body.add(reply, Optional.empty());
        return Optional.of(reply).filter(Batches::isFailed);
    }

    private Optional<Reply> changeSet(List<Incoming> all, Multipart body) {
        var inner = new Multipart("changesetresponse_");
        var made = new ArrayList<Runnable>();
        for (var call : all) {
            var reply = performOne(call);
            if (isFailed(reply)) {
                made.forEach(Runnable::run);
                return add(reply, body);
            }
            made.add(undo(call, reply));
            inner.add(reply, call.header("Content-ID"));
        }
        body.add(inner);
        return Optional.empty();
    }

    private Runnable undo(Incoming call, Reply reply) {
        var row = reply.header("OData-EntityId").map(ROW::matcher).filter(java.util.regex.Matcher::matches);
        return () -> row.map(found -> UUID.fromString(found.group(1)))
                .ifPresent(
                        Route.of(call).operation() == Operation.CREATE_SEGMENT
                                ? organization::deleteSegment
                                : organization::unmakeDefinition);
    }

    private Reply performOne(Incoming call) {
        var route = Route.of(call);
        var met = faults.apply(call, route);
        for (var fault : met) {
            if (fault.effect() instanceof Effect.Answer answer) {
                if (answer.performed()) {
                    var unused = calls.perform(call, route, met);
                }
                return Exchange.reply(answer);
            }
        }
        return calls.perform(call, route, met);
    }

    private static boolean isFailed(Reply reply) {
        return reply.status() >= 400;
    }

    /** Answers in one. */
    private static final class Multipart {
        private final String boundary;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Multipart(String prefix) {
            boundary = prefix + UUID.randomUUID();
        }

        void add(Reply reply, Optional<String> contentId) {
            line("--" + boundary);
            line("Content-Type: application/http");
            line("Content-Transfer-Encoding: binary");
            contentId.ifPresent(id -> line("Content-ID: " + id));
            line("");
            line("HTTP/1.1 %d %s".formatted(reply.status(), reply.status() < 400 ? "OK" : "Error"));
            line("OData-Version: 4.0");
            reply.headers().forEach((name, value) -> line(name + ": " + value));
            line("");
            reply.body().get().forEachRemaining(bytes::writeBytes);
            line("");
        }

        void add(Multipart inner) {
            line("--" + boundary);
            line("Content-Type: multipart/mixed; boundary=" + inner.boundary);
            line("");
            bytes.writeBytes(inner.whole());
        }

        Reply reply(int status) {
            return Reply.of(status, Map.of("Content-Type", "multipart/mixed; boundary=" + boundary), whole());
        }

        private byte[] whole() {
            var whole = new ByteArrayOutputStream();
            whole.writeBytes(bytes.toByteArray());
            whole.writeBytes("--%s--\r\n".formatted(boundary).getBytes(UTF_8));
            return whole.toByteArray();
        }

        private void line(String line) {
            bytes.writeBytes((line + "\r\n").getBytes(UTF_8));
        }
    }
}
