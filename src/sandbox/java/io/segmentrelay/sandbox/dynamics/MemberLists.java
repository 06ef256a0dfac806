package io.segmentrelay.sandbox.dynamics;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.segmentrelay.sandbox.dynamics.Effect.MembersForm;

/** Answers of {@code msdynmkt_MembersList}: JSON in a JSON string, in every form that is known. */
final class MemberLists {

    private static final String CONTEXT = "$metadata#Microsoft.Dynamics.CRM.msdynmkt_MembersListResponse";
    private static final int PER_PART = 1_000;

    private MemberLists() {}

    /** @param faults which may change the form, the status code and the number */
    static Reply reply(String baseEntity, List<UUID> members, MembersForm usual, List<Fault> faults) {
        var form = usual;
        var statusCode = 200;
        for (var fault : faults) {
            switch (fault.effect()) {
                case Effect.Members(var other) -> form = other;
                case Effect.MembersStatusCode(var other) -> statusCode = other;
                case Effect.ManyMembers(var count, var from) -> {
                    return many(baseEntity, count, from);
                }
                default -> {} // not of member lists
            }
        }
        var body = Json.object().put("@odata.context", CONTEXT).put("StatusCode", statusCode);
        switch (form) {
            case NO_RESULT_TEXT -> {}
            case NOT_JSON -> body.put("ResultText", "The segment is being refreshed.");
            case ESCAPED -> {
                body.put("ResultText", "@@");
                var text = escaped(resultText(baseEntity, members, form));
                return Reply.of(
                        200,
                        Map.of("Content-Type", Reply.JSON),
                        body.toString().replace("@@", text).getBytes(StandardCharsets.UTF_8));
            }
            default -> body.put("ResultText", resultText(baseEntity, members, form));
        }
        return Reply.json(200, body);
    }

    private static String resultText(String baseEntity, List<UUID> members, MembersForm form) {
        var text = new StringBuilder(members.size() * 40 + 200)
                .append("{\"baseEntityLogicalName\":\"")
                .append(baseEntity)
                .append("\",\"primaryKeyColumnName\":\"")
                .append(baseEntity)
                .append("id\",\"members\":")
                .append(form == MembersForm.NULL ? "null" : array(members, form));
        if (form == MembersForm.TOTAL_COUNT || form == MembersForm.TOTAL_COUNT_LARGER) {
            text.append(",\"totalCount\":").append(members.size() + (form == MembersForm.TOTAL_COUNT ? 0 : 7));
        }
        return text.append(",\"additionalProperties\":{}}").toString();
    }

    private static String array(List<UUID> members, MembersForm form) {
        Stream<String> texts = members.stream().map(UUID::toString);
        var elements =
                switch (form) {
                    case EMPTY -> Stream.<String>empty();
                    case ONE_ELEMENT ->
                        members.isEmpty() ? Stream.<String>empty() : Stream.of(texts.collect(Collectors.joining(", ")));
                    case UPPER_CASE -> texts.map(text -> text.toUpperCase(Locale.ROOT));
                    case BRACED -> texts.map(text -> "{" + text.toUpperCase(Locale.ROOT) + "}");
                    case DUPLICATES -> texts.flatMap(text -> Stream.of(text, text));
                    case NO_GUID -> Stream.concat(texts, Stream.of("nobody"));
                    default -> texts;
                };
        return elements.collect(Collectors.joining("\",\"", "[\"", "\"]")).replace("[\"\"]", "[]");
    }

    private static String escaped(String text) {
        return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
    }

    /** Of people that nobody knows, all different. */
    private static Reply many(String baseEntity, int count, int from) {
        var head =
                "{\"@odata.context\":\"%s\",\"StatusCode\":200,\"ResultText\":\"{\\\"baseEntityLogicalName\\\":\\\"%s\\\",\\\"primaryKeyColumnName\\\":\\\"%sid\\\",\\\"members\\\":["
                        .formatted(CONTEXT, baseEntity, baseEntity)
                        .getBytes(StandardCharsets.US_ASCII);
        var tail = "],\\\"additionalProperties\\\":{}}\"}".getBytes(StandardCharsets.US_ASCII);
        var separators = Math.max(0, count - 1);
        var length = head.length + tail.length + 40L * count + separators; // \"36 characters\"
        return new Reply(200, Map.of("Content-Type", Reply.JSON), length, () -> parts(head, tail, count, from));
    }

    private static Iterator<byte[]> parts(byte[] head, byte[] tail, int count, int first) {
        var lists = IntStream.range(0, (count + PER_PART - 1) / PER_PART)
                .mapToObj(part -> part(first, part * PER_PART, Math.min(count, (part + 1) * PER_PART)));
        return Stream.concat(Stream.concat(Stream.of(head), lists), Stream.of(tail))
                .iterator();
    }

    private static byte[] part(int first, int from, int to) {
        var text = new StringBuilder((to - from) * 41);
        for (var i = from; i < to; i++) {
            text.append(i == 0 ? "\\\"" : ",\\\"").append(manyMember(first + i)).append("\\\"");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Scattered, so that they do not come in order. */
    static UUID manyMember(int i) {
        var scattered = i * 0x9E3779B97F4A7C15L;
        return new UUID((scattered & ~0xf000L) | 0x4000L, (Long.reverse(scattered) >>> 2) | 0x8000000000000000L);
    }
}
