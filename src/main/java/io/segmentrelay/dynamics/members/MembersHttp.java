package io.segmentrelay.dynamics.members;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.http.WebApi;
import io.segmentrelay.http.BodyReader;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.HttpCall;
import io.segmentrelay.http.HttpSender;

/**
 * {@code msdynmkt_MembersList} over HTTP. Each chunk is parsed as it comes, on the event loop that it came on: it takes less
 * than a millisecond, and the next is not read before. Sorting is left to a worker thread.
 */
public final class MembersHttp implements MembersCall {

    private final HttpSender http;
    private final String url;
    private final Duration timeout;

    /**
     * The call of one organization.
     *
     * @param url the organization's, with or without a slash at its end
     * @param version of the Web API
     * @param timeout to connect, to the headers, and of each pause in the body
     */
    public MembersHttp(HttpSender http, URI url, String version, Duration timeout) {
        this.http = http;
        this.url = WebApi.url(url, version, "msdynmkt_MembersList");
        this.timeout = timeout;
    }

    @Override
    public Uni<Listing> list(String authorization, byte[] body) {
        var headers = Map.of(
                "Content-Type", WebApi.JSON_UTF_8,
                "OData-MaxVersion", WebApi.ODATA_VERSION,
                "OData-Version", WebApi.ODATA_VERSION,
                "Accept", "application/json",
                "Authorization", authorization);
        var call = HttpCall.post(url, headers, body, timeout, HttpCall.Repeat.HARMLESS);
        return http.<Read>send(call, MembersHttp::reader)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(Read::toListing);
    }

    private static BodyReader<Read> reader(HttpAnswer head) {
        return Answers.verdict(head.status(), false) == Answers.Verdict.DONE ? new Members(head) : new Words(head);
    }

    /** An answer, its members not yet sorted. */
    private record Read(HttpAnswer answer, Optional<ResultTextReader> members) {
        Listing toListing() {
            return new Listing(answer, members.map(ResultTextReader::toMemberList));
        }
    }

    private record Members(HttpAnswer head, MembersAnswerReader reader) implements BodyReader<Read> {
        Members(HttpAnswer head) {
            this(head, new MembersAnswerReader());
        }

        @Override
        public void feed(byte[] bytes) {
            reader.feed(bytes);
        }

        @Override
        public Read finish() {
            return new Read(head, Optional.of(reader.finish()));
        }

        @Override
        public Read unreadable(String reason) {
            throw new Weather("the member list cannot be read: " + reason, Optional.empty(), null);
        }
    }

    /** What the server says where it has no members to tell. */
    private record Words(BodyReader<HttpAnswer> text) implements BodyReader<Read> {
        Words(HttpAnswer head) {
            this(HttpSender.text(head));
        }

        @Override
        public void feed(byte[] bytes) {
            text.feed(bytes);
        }

        @Override
        public boolean isFull() {
            return text.isFull();
        }

        @Override
        public Read finish() {
            return new Read(text.finish(), Optional.empty());
        }

        @Override
        public Read unreadable(String reason) {
            return new Read(text.unreadable(reason), Optional.empty());
        }
    }
}
