package io.segmentrelay.dynamics.members;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DynamicsException.UnreadableMembers;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.MemberList;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MembersAnswerReaderPropertyTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A body, and the members that are in it. */
    private record Sample(String body, List<UUID> members) {}

    @Property(tries = 500)
    void readsAnyFormInAnyChunks(
            @ForAll("samples") Sample sample,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 97) Integer> chunks) {
        // When
        var list = read(sample.body().getBytes(StandardCharsets.UTF_8), chunks);

        // Then
        assertThat(list.members().slice(0, list.members().size()))
                .isEqualTo(sample.members().stream()
                        .distinct()
                        .sorted(Comparator.comparing(UUID::toString))
                        .toList());
    }

    @Property(tries = 500)
    void readsAtOnceWhatItReadsByteByByte(
            @ForAll("guids") List<UUID> members,
            @ForAll @IntRange(min = 0, max = 100_000) int at,
            @ForAll byte with,
            @ForAll @IntRange(min = 30, max = 200) int chunk) {
        // Given: as servers write it, with a byte of it changed
        var body = members.stream()
                .map(UUID::toString)
                .collect(Collectors.joining("\\\",\\\"", "{\"ResultText\":\"{\\\"members\\\":[\\\"", "\\\"]}\"}"))
                .getBytes(StandardCharsets.UTF_8);
        var whole = body.clone();
        body[at % body.length] = with;

        // Then
        assertThat(whatIsRead(whole, whole.length)).isEqualTo(whatIsRead(whole, 1));
        assertThat(whatIsRead(body, body.length)).isEqualTo(whatIsRead(body, 1)).isEqualTo(whatIsRead(body, chunk));
    }

    /** The members, or what is wrong. */
    private static String whatIsRead(byte[] bytes, int chunk) {
        try {
            var members = read(bytes, List.of(chunk)).members();
            return members.slice(0, members.size()).toString();
        } catch (Weather | UnreadableMembers e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Property(tries = 300)
    void seesTheSameAsJackson(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 1, max = 50) int chunk)
            throws JsonProcessingException {
        // Given
        var inner = JSON.readTree(JSON.readTree(sample.body()).get("ResultText").textValue());

        // When
        var list = read(sample.body().getBytes(StandardCharsets.UTF_8), List.of(chunk));

        // Then
        assertThat(list.primaryKeyColumn())
                .hasValue(inner.get("primaryKeyColumnName").textValue());
        assertThat(list.totalCount()).hasValue(inner.get("totalCount").longValue());
    }

    @Property(tries = 300)
    void anyPartOfItIsWeather(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 0, max = 100_000) int cut) {
        // Given
        var bytes = sample.body().getBytes(StandardCharsets.UTF_8);
        var part = Arrays.copyOf(bytes, cut % bytes.length);

        // When / Then
        assertThatThrownBy(() -> read(part, List.of(10))).isInstanceOf(Weather.class);
    }

    @Property(tries = 500)
    void anyBytesEndInAMemberListOrATypedFailure(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int chunk) {
        // When
        try {
            var list = read(bytes, List.of(chunk));

            // Then
            assertThat(list.members().size()).isNotNegative();
        } catch (Weather | UnreadableMembers e) {
            assertThat(e).hasMessageContaining("member list");
        }
    }

    @Property(tries = 300)
    void anyChangedByteEndsInAMemberListOrATypedFailure(
            @ForAll("samples") Sample sample, @ForAll @IntRange(min = 0, max = 100_000) int at, @ForAll byte with) {
        // Given
        var bytes = sample.body().getBytes(StandardCharsets.UTF_8);
        bytes[at % bytes.length] = with;

        // When
        try {
            var list = read(bytes, List.of(13));

            // Then
            assertThat(list.members().size()).isNotNegative();
        } catch (Weather | UnreadableMembers e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<List<UUID>> guids() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as(UUID::new)
                .list()
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<Sample> samples() {
        var noise = Arbitraries.strings().ofMaxLength(12);
        return Combinators.combine(
                        guids(),
                        Arbitraries.randoms(),
                        noise,
                        Arbitraries.integers().between(0, 7))
                .as((members, random, text, form) -> sample(members, random, text, form));
    }

    private static Sample sample(List<UUID> members, Random random, String noise, int form) {
        var elements = new ArrayList<String>();
        for (var left = new ArrayList<>(members); !left.isEmpty(); ) {
            var count = 1 + random.nextInt(left.size());
            var part = left.subList(0, count);
            elements.add(part.stream()
                    .map(guid -> spelled(guid, random.nextInt(6)))
                    .collect(Collectors.joining(random.nextBoolean() ? ", " : ",")));
            part.clear();
        }
        var fields = new ArrayList<>(List.of(
                "\"members\":[%s]"
                        .formatted(elements.stream()
                                .map(element -> quoted(element, form % 2 == 1 ? random : null))
                                .collect(Collectors.joining(" , "))),
                "\"primaryKeyColumnName\":\"contactid\"",
                "\"totalCount\":%d".formatted(members.size()),
                "%s:{\"members\":[%s,null,-1.5e3,[true]]}"
                        .formatted(quoted("x" + noise, null), quoted(noise, random))));
        Collections.shuffle(fields, random);
        var resultText = "{%s}".formatted(String.join(form % 3 == 0 ? "," : " ,\n ", fields));
        var outer = new ArrayList<>(List.of(
                "\"StatusCode\":200",
                "\"ResultText\":" + quoted(resultText, form > 3 ? random : null),
                "%s:%s".formatted(quoted("y" + noise, random), quoted(noise, random))));
        Collections.shuffle(outer, random);
        return new Sample("{%s}".formatted(String.join(",", outer)), members);
    }

    private static String spelled(UUID guid, int form) {
        return switch (form) {
            case 0 -> guid.toString().toUpperCase(Locale.ROOT);
            case 1 -> "{" + guid + "}";
            case 2 -> "(" + guid + ")";
            case 3 -> guid.toString().replace("-", "");
            default -> guid.toString();
        };
    }

    /** As a JSON string; with a random: some characters as unicode escapes that would not need to be. */
    private static String quoted(String text, @Nullable Random random) {
        try {
            if (random == null) {
                return JSON.writeValueAsString(text);
            }
            var quoted = new StringBuilder("\"");
            for (var i = 0; i < text.length(); i++) {
                var c = text.charAt(i);
                if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c) || random.nextInt(4) == 0) {
                    quoted.append("\\u%04x".formatted((int) c));
                } else {
                    quoted.append(c);
                }
            }
            return quoted.append('"').toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemberList read(byte[] bytes, List<Integer> chunks) {
        var reader = new MembersAnswerReader();
        var next = 0;
        for (var from = 0; from < bytes.length; ) {
            var to = Math.min(bytes.length, from + chunks.get(next++ % chunks.size()));
            reader.feed(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return reader.finish().toMemberList();
    }
}
