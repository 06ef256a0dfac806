package io.segmentrelay.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import org.jspecify.annotations.Nullable;

/**
 * For a {@code WebClient}, which would keep a body of any size: no more than {@value HttpAnswer#MAX_SIZE} bytes are kept, and one
 * more where there are more, so that {@link HttpAnswer#of} tells. How long the rest may take is the request's time-out's part.
 */
public final class BoundedBody implements BodyCodec<Buffer> {

    @Override
    public void create(Handler<AsyncResult<BodyStream<Buffer>>> handler) {
        handler.handle(Future.succeededFuture(new Kept()));
    }

    private static final class Kept implements BodyStream<Buffer> {

        private final Buffer bytes = Buffer.buffer();
        private final Promise<Buffer> whole = Promise.promise();

        @Override
        public Future<Void> write(Buffer more) {
            bytes.appendBuffer(more, 0, Math.min(more.length(), HttpAnswer.MAX_SIZE + 1 - bytes.length()));
            return Future.succeededFuture();
        }

        @Override
        public void write(Buffer more, Handler<AsyncResult<Void>> handler) {
            write(more).onComplete(handler);
        }

        @Override
        public void end(@Nullable Handler<AsyncResult<Void>> handler) {
            whole.tryComplete(bytes);
            if (handler != null) {
                handler.handle(Future.succeededFuture());
            }
        }

        @Override
        public Future<Buffer> result() {
            return whole.future();
        }

        /** The body has failed on its way. */
        @Override
        public void handle(Throwable failure) {
            whole.tryFail(failure);
        }

        @Override
        public BodyStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public BodyStream<Buffer> setWriteQueueMaxSize(int maxSize) {
            return this;
        }

        @Override
        public boolean writeQueueFull() {
            return false;
        }

        @Override
        public BodyStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
            return this;
        }
    }
}
