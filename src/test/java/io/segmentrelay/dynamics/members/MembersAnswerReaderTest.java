package io.segmentrelay.dynamics.members;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.dynamics.DynamicsException.UnreadableMembers;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

public class MembersAnswerReaderTest {

    private static final String A = "11111111-1111-4111-8111-111111111111";
    private static final String B = "9abcdef0-2222-4222-8222-222222222222";
    private static final List<UUID> BOTH = List.of(UUID.fromString(A), UUID.fromString(B));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"11111111-1111-4111-8111-111111111111\",\"9abcdef0-2222-4222-8222-222222222222\"]",
                "[\"11111111-1111-4111-8111-111111111111, 9abcdef0-2222-4222-8222-222222222222\"]",
                "[\"9ABCDEF0-2222-4222-8222-222222222222,\\n11111111-1111-4111-8111-111111111111 , \", \"\"]",
                "[\"{9abcdef0-2222-4222-8222-222222222222}\", \"(11111111-1111-4111-8111-111111111111)\"]",
                "[\"9abcdef0222242228222222222222222\",\"{11111111111141118111111111111111}\"]",
                "[\"9abcdef0-2222-4222-8222-222222222222\",\"11111111-1111-4111-8111-111111111111\",\"9abcdef0-2222-4222-8222-222222222222\"]",
                "[\"\\u0039abcdef0-2222-4222-8222-222222222222\",\"11111111-1111-4111-8111-11111111111\\u0031\"]"
            })
    void readsEverySpelling(String members) {
        // Given
        var body = body("{\"members\":%s}".formatted(members));

        // When
        var list = read(body, 3);

        // Then
        assertThat(list.members().slice(0, list.members().size())).isEqualTo(BOTH);
    }

    @Test
    void readsTheArticlesExampleWithEverythingAroundIt() {
        // Given
        var body = body("{\"additionalProperties\":{\"a\":[1,{\"members\":[\"no\"]}],\"ü\":\"\\ud83d\\ude00\"},"
                + "\"totalCount\":7,\"members\":[\"%s, %s\"],\"primaryKeyColumnName\":\"contactid\",".formatted(A, B)
                + "\"baseEntityLogicalName\":\"contact\"}");

        // When
        var list = read(body, 1);

        // Then
        assertThat(list.members().size()).isEqualTo(2);
        assertThat(list.primaryKeyColumn()).contains("contactid");
        assertThat(list.totalCount()).hasValue(7);
        assertThat(list.isIncomplete()).isTrue();
    }

    @Test
    void whoIsListedTwiceIsCountedTwice() {
        // Given
        var body = body("{\"members\":[\"%s\",\"%s\",\"%s\"],\"totalCount\":3}".formatted(A, B, A));

        // When
        var list = read(body, 5);

        // Then
        assertThat(list.members().size()).isEqualTo(2);
        assertThat(list.isIncomplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"members\":[]}", "{\"members\":null}", "{\"members\":[\"\"]}"})
    void nobodyIsAMembershipToo(String resultText) {
        // Given
        var body = body(resultText);

        // When
        var list = read(body, 100);

        // Then
        assertThat(list.members().size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "<!DOCTYPE html><html><body>Service unavailable</body></html>",
                "{\"StatusCode\":200,\"ResultText\":\"{\\\"members\\\":[]",
                "{\"StatusCode\":200,\"ResultText\":\"{\\\"members\\\":[]}\"",
                "{\"StatusCode\":200,\"ResultText\":\"no json, and cut short",
                "{\"StatusCode\":200 \"ResultText\":\"\"}",
                "{\"StatusCode\":429,\"ResultText\":\"slow down\"}",
                "{\"ResultText\":\"later\",\"StatusCode\":503}",
                "{\"ResultText\":null,\"StatusCode\":408}",
                "{\"ResultText\":\"moved\",\"StatusCode\":302}",
                "{\"ResultText\":\"{}\"} and more"
            })
    void whatMayBeBetterNextTimeIsWeather(String body) {
        // When / Then
        assertThatThrownBy(() -> read(body, 7)).isInstanceOf(Weather.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                             | no text in ResultText",
                "[]                                             | no object",
                "`{\"ResultText\":null}`                        | no text in ResultText",
                "`{\"ResultText\":{\"members\":[]}}`            | no text in ResultText",
                "`{\"ResultText\":\"\"}`                        | cut short (at byte 15)",
                "`{\"ResultText\":\"{\\\"members\\\":[\"}`      | cut short (at byte 29)",
                "`{\"ResultText\":\"oops\"}`                    | no JSON: expected a value (at byte 15)",
                "`{\"ResultText\":\"{}\"}`                      | has no members",
                "`{\"ResultText\":\"[]\"}`                      | ResultText is no object",
                "`{\"ResultText\":\"{\\\"members\\\":{}}\"}`    | members is no list",
                "`{\"ResultText\":\"{\\\"members\\\":\\\"x\\\"}\"}` | members is no list",
                "`{\"ResultText\":\"{\\\"members\\\":[1]}\"}`   | a member is no text",
                "`{\"ResultText\":\"{\\\"members\\\":[[]]}\"}`  | a member is no text",
                "`{\"ResultText\":\"{\\\"members\\\":[\\\"secret\\\"]}\"}` | member 1 is no GUID",
                "`{\"ResultText\":\"{\\\"members\\\":[],\\\"members\\\":[]}\"}` | members comes twice",
                "`{\"StatusCode\":400,\"ResultText\":\"{\\\"members\\\":[]}\"}` | StatusCode other than 200: 400",
                "`{\"StatusCode\":403,\"ResultText\":\"{\\\"members\\\":[]}\"}` | StatusCode other than 200: 403",
                "`{\"StatusCode\":204,\"ResultText\":\"{\\\"members\\\":[]}\"}` | StatusCode other than 200: 204",
                "`{\"StatusCode\":1302,\"ResultText\":\"{\\\"members\\\":[]}\"}` | StatusCode other than 200"
            })
    void whatIsWholeButUnknownIsUnreadable(String body, String message) {
        // When / Then
        assertThatThrownBy(() -> read(body, 5))
                .isInstanceOf(UnreadableMembers.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11111111-1111-4111-8111-11111111111",
                "11111111-1111-4111-8111-1111111111111",
                "1111111-11111-4111-8111-111111111111",
                "11111111--1111-4111-8111-111111111111",
                "11111111-1111411181111111111111111",
                "{11111111-1111-4111-8111-111111111111",
                "11111111-1111-4111-8111-111111111111}",
                "{11111111-1111-4111-8111-111111111111)",
                "{{11111111-1111-4111-8111-111111111111}}",
                "{}",
                "-",
                "g1111111-1111-4111-8111-111111111111",
                "1111111１-1111-4111-8111-111111111111"
            })
    void whatIsNoGuidIsUnreadable(String member) {
        // Given
        var body = body("{\"members\":[\"%s\"]}".formatted(member));

        // When / Then
        assertThatThrownBy(() -> read(body, 4))
                .isInstanceOf(UnreadableMembers.class)
                .hasMessageContaining("member 1 is no GUID");
    }

    @Test
    void thereIsAnEndToHowManyThereMayBe() {
        // Given
        var reader = new MembersAnswerReader(1);
        var body = body("{\"members\":[\"%s\",\"%s\"]}".formatted(A, B));

        // When
        reader.feed(body.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThatThrownBy(reader::finish)
                .isInstanceOf(UnreadableMembers.class)
                .hasMessageContaining("more than 1 members");
    }

    @Test
    void nestingHasABound() {
        // Given
        var body = "{\"a\":" + "[".repeat(100_000);

        // When / Then
        assertThatThrownBy(() -> read(body, 1_000)).isInstanceOf(Weather.class).hasMessageContaining("levels");
    }

    @Test
    void aByteOrderMarkDoesNoHarm() {
        // Given
        var body = "\uFEFF" + body("{\"members\":[]}");

        // When
        var list = read(body, 1);

        // Then
        assertThat(list.members().size()).isZero();
    }

    @Test
    void membersAreSortedAsTheirTextIs() {
        // Given
        var random = new Random(7);
        var ids = new ArrayList<>(IntStream.range(0, 5_000)
                .mapToObj(i -> new UUID(i % 3 == 0 ? 5 : random.nextLong(), random.nextLong()))
                .toList());
        ids.addAll(ids.subList(0, 500));
        var body = body("{\"members\":[%s]}"
                .formatted(ids.stream().map("\"%s\""::formatted).collect(Collectors.joining(","))));

        // When
        var members = read(body, 8_192).members();

        // Then
        assertThat(members.slice(0, members.size()))
                .isEqualTo(ids.stream()
                        .distinct()
                        .sorted(Comparator.comparing(UUID::toString))
                        .toList());
        assertThat(members.digest())
                .hasSize(32)
                .isEqualTo(MemberSet.of(ids).digest())
                .isNotEqualTo(MemberSet.of(ids.subList(1, 300)).digest());
        assertThat(members.toString()).isEqualTo("MemberSet[size=5000]");
    }

    @Test
    void aMillionMembersAreReadInLittleMemory() {
        // Given
        var random = new Random(1);
        var reader = new MembersAnswerReader();
        reader.feed("{\"StatusCode\":200,\"ResultText\":\"{\\\"members\\\":[".getBytes(StandardCharsets.UTF_8));

        // When
        for (var i = 0; i < 1_000_000; i++) {
            var text = (i == 0 ? "" : ",") + "\\\"" + new UUID(random.nextLong(), random.nextLong()) + "\\\"";
            reader.feed(text.getBytes(StandardCharsets.UTF_8));
        }
        reader.feed("]}\"}".getBytes(StandardCharsets.UTF_8));
        var members = reader.finish().toMemberList().members();

        // Then
        assertThat(members.size()).isEqualTo(1_000_000);
    }

    public static String body(String resultText) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("@odata.context", "https://contoso.crm4.dynamics.com/api/data/v9.0/$metadata#x");
        node.put("StatusCode", 200);
        node.put("ResultText", resultText);
        return node.toString();
    }

    static MemberList read(String body, int chunk) {
        var reader = new MembersAnswerReader();
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        for (var from = 0; from < bytes.length; from += chunk) {
            reader.feed(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + chunk)));
        }
        return reader.finish().toMemberList();
    }
}
