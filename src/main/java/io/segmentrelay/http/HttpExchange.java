package io.segmentrelay.http;

import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, which comes on the event loop of its connection.
 *
 * <pre>
 * send ─► receive ─► chunk ─ ContentDecoder ─► BodyReader ─► end
 *    └──────┴──────────┴──► fail
 * </pre>
 *
 * @param <R> what is made of the answer
 */
final class HttpExchange<R> {

    /** The connection was one that had been used before, and was lost before an answer had begun. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost() {
            super("a connection was closed between two requests", null, false, false);
        }
    }

    private final UniEmitter<? super R> emitter;
    private final Function<HttpAnswer, BodyReader<R>> readers;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable HttpClientRequest request;
    private volatile boolean reused;
    private volatile boolean begun;
    private volatile boolean whole;
    private volatile @Nullable ContentDecoder decoder;

    HttpExchange(UniEmitter<? super R> emitter, Function<HttpAnswer, BodyReader<R>> readers) {
        this.emitter = emitter;
        this.readers = readers;
    }

    void send(HttpClientRequest connected, boolean onUsedConnection, Buffer body) {
        request = connected;
        reused = onUsedConnection;
        if (over.get()) {
            connected.reset();
            return;
        }
        connected.exceptionHandler(this::fail);
        connected.response().onSuccess(this::receive).onFailure(this::fail);
        (body.length() == 0 ? connected.send() : connected.send(body)).onFailure(this::fail);
    }

    /**
     * There was no connection to send it on.
     *
     * @param kept whether it may have been one that was kept: such a one may be closed just as it is taken
     */
    void unsent(Throwable cause, boolean kept) {
        reused = kept && cause instanceof HttpClosedException;
        fail(cause);
    }

    private void receive(HttpClientResponse response) {
        begun = true;
        response.exceptionHandler(this::fail);
        var head = new HttpAnswer(response.statusCode(), name -> Optional.ofNullable(response.getHeader(name)), "");
        var reader = readers.apply(head);
        try {
            var encoding = String.join(",", response.headers().getAll("Content-Encoding"));
            var decoding = ContentDecoder.of(encoding).orElse(null);
            decoder = decoding;
            response.handler(chunk -> step(reader, () -> {
                take(chunk.getBytes(), decoding, reader);
                if (reader.isFull()) {
                    complete(reader.finish());
                    letGo(); // nobody wants to know the rest
                }
            }));
            response.endHandler(ended -> step(reader, () -> end(decoding, reader)));
        } catch (ContentDecoder.Malformed e) {
            unreadable(reader, e);
        }
    }

    private static void take(byte[] bytes, @Nullable ContentDecoder decoding, BodyReader<?> reader)
            throws ContentDecoder.Malformed {
        if (decoding == null) {
            reader.feed(bytes);
        } else {
            decoding.feed(bytes, reader);
        }
    }

    private void end(@Nullable ContentDecoder decoding, BodyReader<R> reader) throws ContentDecoder.Malformed {
        if (decoding != null && !decoding.isWhole()) {
            throw new ContentDecoder.Malformed(ContentDecoder.CUT_SHORT);
        }
        var result = reader.finish();
        whole = true;
        // A moment later, when the connection is back in the pool: whoever waits for this may want the next one.
        Vertx.currentContext().runOnContext(later -> complete(result));
    }

    /** Something that a body's bytes may make go wrong. */
    @FunctionalInterface
    private interface Step {
        void run() throws ContentDecoder.Malformed;
    }

    private void step(BodyReader<R> reader, Step step) {
        if (over.get()) {
            return;
        }
        try {
            step.run();
        } catch (ContentDecoder.Malformed e) {
            unreadable(reader, e);
        } catch (RuntimeException e) {
            failWith(e); // what the reader has to say
        }
    }

    private void unreadable(BodyReader<R> reader, ContentDecoder.Malformed why) {
        try {
            complete(reader.unreadable(String.valueOf(why.getMessage())));
            letGo();
        } catch (RuntimeException e) {
            failWith(e);
        }
    }

    private void complete(R result) {
        if (over.compareAndSet(false, true)) {
            close();
            emitter.complete(result);
        }
    }

    /** There is no answer, or no more of it. */
    void fail(Throwable cause) {
        if (whole) {
            return; // what becomes of the connection now is nobody's concern
        }
        // A server that is slow has the request: only a connection that is gone never had it, as far as one can know.
        var lost = reused && !begun && !(cause instanceof TimeoutException);
        failWith(lost ? new Lost() : NoAnswer.of(cause));
    }

    private void failWith(RuntimeException failure) {
        if (over.compareAndSet(false, true)) {
            close();
            emitter.fail(failure);
            letGo();
        }
    }

    /** Nobody waits any more. */
    void abandon() {
        if (over.compareAndSet(false, true)) {
            letGo();
        }
    }

    /** Closes the connection, where the answer has not come whole. */
    private void letGo() {
        var sent = request;
        if (sent != null) {
            sent.reset();
        }
    }

    /** On the event loop only, which alone feeds the decoder. */
    private void close() {
        var decoding = decoder;
        if (decoding != null) {
            decoding.close();
        }
    }
}
