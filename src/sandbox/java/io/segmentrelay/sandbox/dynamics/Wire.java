package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.util.Iterator;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;

/** Writes answers, and breaks them. Every method is called on the connection's event loop. */
final class Wire {

    private final Vertx vertx;

    Wire(Vertx vertx) {
        this.vertx = vertx;
    }

    /** All of it, as fast as the other end takes it. */
    void whole(HttpServerResponse response, Reply reply) {
        head(response, reply);
        if (reply.length() == 0) {
            response.end();
            return;
        }
        pump(response, reply.body().get());
    }

    private static void pump(HttpServerResponse response, Iterator<byte[]> parts) {
        while (parts.hasNext()) {
            if (response.closed()) {
                return;
            }
            response.write(Buffer.buffer(parts.next()));
            if (response.writeQueueFull() && parts.hasNext()) {
                response.drainHandler(ignored -> pump(response, parts));
                return;
            }
        }
        response.end();
    }

    /** In small pieces. */
    void drip(HttpServerResponse response, Reply reply, int bytes, Duration pause) {
        head(response, reply);
        var body = Buffer.buffer();
        reply.body().get().forEachRemaining(body::appendBytes);
        dripFrom(response, body, 0, bytes, pause);
    }

    private void dripFrom(HttpServerResponse response, Buffer body, int from, int bytes, Duration pause) {
        if (response.closed()) {
            return;
        }
        var to = Math.min(body.length(), from + bytes);
        response.write(body.getBuffer(from, to));
        if (to == body.length()) {
            response.end();
        } else {
            vertx.setTimer(Math.max(1, pause.toMillis()), t -> dripFrom(response, body, to, bytes, pause));
        }
    }

    /** Half of the body; then the connection is closed, or reset. What has no body is not answered at all. */
    void half(HttpServerResponse response, HttpConnection connection, Reply reply, boolean reset) {
        Runnable end = () -> {
            if (reset) {
                reset(connection);
            } else {
                connection.close();
            }
        };
        if (reply.length() < 2) {
            end.run();
            return;
        }
        head(response, reply);
        var half = reply.length() / 2;
        var written = Buffer.buffer();
        var parts = reply.body().get();
        while (parts.hasNext() && written.length() < Math.min(half, 1 << 20)) {
            written.appendBytes(parts.next());
        }
        response.write(written.getBuffer(0, (int) Math.min(half, written.length())))
                .onComplete(ignored -> end.run());
    }

    /** With a reset (RST), not in good order. */
    static void reset(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            base.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        connection.close();
    }

    private static void head(HttpServerResponse response, Reply reply) {
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        if (reply.status() != 204) {
            response.putHeader("Content-Length", Long.toString(reply.length()));
        }
    }
}
