package io.segmentrelay.http;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * What the body of a refusal says, in whatever form it comes: OData's ({@code error}, before version 4 {@code odata.error},
 * where the message is an object with a {@code value}), ASP.NET's {@code Message}, {@code application/problem+json}, OAuth's
 * ({@code error}, {@code error_description}), a query parser's {@code ResultText}; JSON that is not quite JSON, a page, text.
 *
 * @param code of the error, at most 200 characters
 * @param message for people, one line of at most 1,000 characters; of what is no JSON at most 200
 */
public record ErrorBody(Optional<String> code, Optional<String> message) {

    /** As others write it who put strings of their language into JSON. */
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(
                    JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER,
                    JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS,
                    JsonReadFeature.ALLOW_SINGLE_QUOTES,
                    JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
                    JsonReadFeature.ALLOW_TRAILING_COMMA,
                    JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final Pattern HEX_ESCAPE = Pattern.compile("\\\\x([0-9a-fA-F]{2})");

    /** In JSON that was cut, or that nobody can read: what begins like a message. */
    private static final Pattern MESSAGE =
            Pattern.compile("(?i)\"(?:message|detail|error_description)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){1,1000})");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");
    private static final Pattern NOT_SHOWN =
            Pattern.compile("(?is)<!--.*?-->|<(script|style|head)\\b[^>]*>.*?</\\1\\s*>");
    private static final Pattern TITLE = Pattern.compile("(?is)<title\\b[^>]*>(.{1,500}?)</title\\s*>");
    private static final Pattern TAG = Pattern.compile("(?s)<[^<>]{0,2000}>");

    /** Looked at, at most, in characters: a page may be long, and patterns take their time. */
    private static final int LOOKED_AT = 16 * 1024;

    /** Understands what it can; both are empty where there is nothing. */
    public static ErrorBody of(HttpAnswer answer) {
        var text = answer.body().strip();
        var isJson = text.startsWith("{") || text.startsWith("[") || text.startsWith("\"");
        return (isJson ? json(text) : Optional.<JsonNode>empty())
                .map(ErrorBody::of)
                .orElseGet(() -> ofText(text));
    }

    private static ErrorBody of(JsonNode json) {
        var root = json.isArray() ? json.path(0) : json;
        if (root.isTextual()) {
            return new ErrorBody(Optional.empty(), text(root, CleanText.LONG));
        }
        var error = Stream.of(root.path("error"), root.path("odata.error"))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(root);
        var code = first(CleanText.SHORT, error.path("code"), error.path("Code"), root.path("error"));
        var message = first(
                CleanText.LONG,
                root.path("ResultText"), // what the query parser says
                error.path("message"),
                error.path("message").path("value"),
                error.path("Message"),
                root.path("message"),
                root.path("Message"),
                root.path("detail"),
                root.path("error_description"),
                root.path("title"),
                root.path("ExceptionMessage"));
        return new ErrorBody(code, message);
    }

    private static Optional<String> first(int max, JsonNode... nodes) {
        return Stream.of(nodes).flatMap(node -> text(node, max).stream()).findFirst();
    }

    private static Optional<String> text(JsonNode node, int max) {
        return node.isTextual() || node.isNumber() ? clean(node.asText(), max) : Optional.empty();
    }

    private static Optional<JsonNode> json(String text) {
        return read(text).or(() -> read(HEX_ESCAPE.matcher(text).replaceAll("\\\\u00$1")));
    }

    private static Optional<JsonNode> read(String text) {
        try {
            // Strict as to \x first, which leniently read would lose its backslash only.
            return text.contains("\\x") ? Optional.empty() : Optional.ofNullable(LENIENT.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static ErrorBody ofText(String text) {
        var looked = text.length() <= LOOKED_AT ? text : text.substring(0, LOOKED_AT);
        var message = MESSAGE.matcher(looked);
        if (message.find()) {
            return new ErrorBody(Optional.empty(), clean(unescaped(message.group(1)), CleanText.LONG));
        }
        return new ErrorBody(Optional.empty(), clean(looked.startsWith("<") ? page(looked) : looked, CleanText.SHORT));
    }

    private static String unescaped(String json) {
        return ESCAPE.matcher(HEX_ESCAPE.matcher(json).replaceAll(" ")).replaceAll(" ");
    }

    /** Title and text of a page, or of XML, without its markup. */
    private static String page(String html) {
        var title = TITLE.matcher(html);
        var heading = title.find() ? title.group(1) + ": " : "";
        return heading + TAG.matcher(NOT_SHOWN.matcher(html).replaceAll(" ")).replaceAll(" ");
    }

    private static Optional<String> clean(String text, int max) {
        return Optional.of(CleanText.of(text, max)).filter(clean -> !clean.isEmpty());
    }
}
