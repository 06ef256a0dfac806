package io.segmentrelay.dynamics;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/**
 * {@code msdynmkt_MembersList} over the Vert.x HTTP client. The REST client could not do it: what it answers as a
 * {@code Uni} it has read whole (a body of 39 MB for a million members), and its {@code Multi} knows no status, no
 * headers, and neither fails nor ends where the server goes away in the middle of the body.
 *
 * <p>Each chunk is parsed as it comes, on the event loop that it came on: it takes less than a millisecond, and the next
 * is not read before. Sorting is left to a worker thread.
 */
final class MembersHttp implements MembersCall {

    private final HttpClient client;
    private final String uri;
    private final Duration timeout;

    /**
     * @param client follows no redirects; shared
     * @param url the organization's, with or without a slash at its end
     * @param version of the Web API
     * @param timeout to connect, to the headers, and of each pause in the body
     */
    MembersHttp(HttpClient client, URI url, String version, Duration timeout) {
        this.client = client;
        this.uri =
                "%s/api/data/%s/msdynmkt_MembersList".formatted(url.toString().replaceFirst("/+$", ""), version);
        this.timeout = timeout;
    }

    @Override
    public Uni<Listing> list(String authorization, byte[] body) {
        return Uni.createFrom()
                .<Read>emitter(emitter -> {
                    var exchange = new Exchange(emitter);
                    emitter.onTermination(exchange::abandon);
                    client.request(options(authorization))
                            .onSuccess(request -> exchange.send(request, body))
                            .onFailure(exchange::fail);
                })
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(Read::toListing);
    }

    private RequestOptions options(String authorization) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(uri)
                .setFollowRedirects(false)
                .setTimeout(timeout.toMillis())
                .putHeader("Content-Type", DynamicsApi.JSON_UTF_8)
                .putHeader("OData-MaxVersion", "4.0")
                .putHeader("OData-Version", "4.0")
                .putHeader("Accept", "application/json")
                .putHeader("Authorization", authorization);
    }

    /** An answer, its members not yet sorted. */
    private record Read(HttpAnswer answer, Optional<MemberListReader> members) {
        Listing toListing() {
            return new Listing(answer, members.map(MemberListReader::toMemberList));
        }
    }

    /** One request and its answer. */
    private static final class Exchange {
        private final UniEmitter<? super Read> emitter;
        private final AtomicBoolean abandoned = new AtomicBoolean();
        private volatile @Nullable HttpClientRequest request;

        Exchange(UniEmitter<? super Read> emitter) {
            this.emitter = emitter;
        }

        void send(HttpClientRequest connected, byte[] body) {
            request = connected;
            if (abandoned.get()) {
                connected.reset();
                return;
            }
            connected.response().onSuccess(this::receive).onFailure(this::fail);
            connected.send(Buffer.buffer(body)).onFailure(this::fail);
        }

        private void receive(HttpClientResponse response) {
            response.exceptionHandler(this::fail);
            Function<String, Optional<String>> headers = name -> Optional.ofNullable(response.getHeader(name));
            if (Answers.verdict(response.statusCode(), false) == Answers.Verdict.DONE) {
                receiveMembers(response, new HttpAnswer(response.statusCode(), headers, ""));
            } else {
                receiveError(response, headers);
            }
        }

        private void receiveMembers(HttpClientResponse response, HttpAnswer answer) {
            var reader = new MembersReader();
            response.handler(chunk -> orFail(() -> reader.feed(chunk.getBytes())));
            response.endHandler(ignored ->
                    orFail(() -> emitter.complete(new Read(answer, Optional.of(reader.finish())))));
        }

        private void receiveError(HttpClientResponse response, Function<String, Optional<String>> headers) {
            var body = Buffer.buffer();
            Runnable end = () -> emitter.complete(
                    new Read(new HttpAnswer(response.statusCode(), headers, body.toString()), Optional.empty()));
            response.handler(chunk -> {
                body.appendBuffer(chunk, 0, Math.min(chunk.length(), HttpAnswer.MAX_ERROR_BODY - body.length()));
                if (body.length() == HttpAnswer.MAX_ERROR_BODY) {
                    end.run();
                    abandon(); // nobody wants to know the rest
                }
            });
            response.endHandler(ignored -> end.run());
        }

        private void orFail(Runnable step) {
            if (abandoned.get()) {
                return;
            }
            try {
                step.run();
            } catch (DynamicsException e) {
                fail(e);
            }
        }

        private void fail(Throwable cause) {
            emitter.fail(cause instanceof DynamicsException ? cause : Answers.weather(cause));
            abandon();
        }

        /** Lets the connection go, where the answer has not come whole; nothing happens where it has. */
        private void abandon() {
            var sent = request;
            if (abandoned.compareAndSet(false, true) && sent != null) {
                sent.reset();
            }
        }
    }
}
