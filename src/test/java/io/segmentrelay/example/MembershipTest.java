package io.segmentrelay.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What may come, and in which order, is shown by the model check; here is what each rule is for. */
class MembershipTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String READY = "io.segmentrelay.segment.ready.v1";
    private static final String CHANGED = "io.segmentrelay.segment.changed.v1";
    private static final String ENDED = "io.segmentrelay.segment.ended.v1";

    private final Membership membership = new Membership();

    /** @param snapshot one letter for each member */
    private static JsonNode ready(int revision, int minute, String snapshot, int page, int pageCount, String members) {
        return json("""
                {"revision":%d,"liveAt":"2026-11-26T08:%02d:00Z","snapshotId":"%s","page":%d,"pageCount":%d,"members":[%s]}""".formatted(revision, minute, snapshot, page, pageCount, letters(members)));
    }

    private static JsonNode ready(int revision, int minute, String snapshot) {
        return ready(revision, minute, snapshot, 1, 1, snapshot);
    }

    private static JsonNode changed(
            int revision, String from, String to, int page, int pageCount, String joined, String left) {
        return json("""
                {"revision":%d,"computedAt":"2026-11-26T08:%02d:00Z","previousSnapshotId":"%s","snapshotId":"%s","page":%d,
                 "pageCount":%d,"joined":[%s],"left":[%s]}""".formatted(revision, revision, from, to, page, pageCount, letters(joined), letters(left)));
    }

    private static String letters(String members) {
        return members.isEmpty() ? "" : "\"%s\"".formatted(String.join("\",\"", members.split("")));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void assertHeld(int revision, String snapshot) {
        assertThat(membership.revision()).isEqualTo(revision);
        assertThat(membership.snapshotId()).isEqualTo(snapshot);
        assertThat(String.join("", membership.members().stream().sorted().toList()))
                .isEqualTo(snapshot);
    }

    @Test
    void holdsWhatIsCompleteAndNothingElse() {
        // When
        membership.take(READY, ready(0, 0, "abcd", 1, 2, "ab"));

        // Then
        assertHeld(-1, "");

        // When
        membership.take(READY, ready(0, 0, "abcd", 2, 2, "cd"));
        membership.take(CHANGED, changed(1, "abcd", "acde", 1, 2, "e", ""));

        // Then
        assertHeld(0, "abcd");

        // When
        membership.take(CHANGED, changed(1, "abcd", "acde", 2, 2, "", "b"));

        // Then
        assertHeld(1, "acde");
    }

    @Test
    void anAnswerMayBeginAnewAndComeTwiceAndComeMixedWithItself() {
        // Given
        membership.take(READY, ready(0, 0, "ab"));
        var first = changed(1, "ab", "cd", 1, 2, "cd", "");
        var second = changed(1, "ab", "cd", 2, 2, "", "ab");

        // When
        List.of(first, first, second, second, first).forEach(page -> membership.take(CHANGED, page));

        // Then
        assertHeld(1, "cd");
    }

    @Test
    void ofTwoAnswersThatComeMixedBothAreComplete() {
        // Given: one of a replica that lost its partition, and one of its successor, who read the members later
        membership.take(READY, ready(0, 0, "ab"));

        // When
        membership.take(READY, ready(1, 2, "xyz", 1, 2, "xy"));
        membership.take(CHANGED, changed(1, "ab", "abc", 1, 2, "c", ""));
        membership.take(CHANGED, changed(1, "ab", "abc", 2, 2, "", ""));
        membership.take(READY, ready(1, 2, "xyz", 2, 2, "z"));

        // Then
        assertHeld(1, "xyz");
    }

    @Test
    void whatIsOlderOrDoesNotFitIsDropped() {
        // Given
        membership.take(READY, ready(0, 0, "ab"));
        membership.take(CHANGED, changed(1, "ab", "abc", 1, 1, "c", ""));

        // When
        membership.take(READY, ready(0, 9, "xy"));
        membership.take(READY, ready(1, 0, "xy"));
        membership.take(CHANGED, changed(1, "ab", "a", 1, 1, "", "b"));
        membership.take(CHANGED, changed(2, "ab", "a", 1, 1, "", "b"));
        membership.take(CHANGED, changed(3, "abc", "a", 1, 1, "", "bc"));

        // Then
        assertHeld(1, "abc");
    }

    @Test
    void aWholeMembershipCountsWhateverIsHeld() {
        // Given
        membership.take(READY, ready(0, 0, "ab"));

        // When: told again for the same revision, since it had changed once more; and then three revisions at once
        membership.take(READY, ready(0, 1, "cd"));
        assertHeld(0, "cd");
        membership.take(READY, ready(3, 3, "ef"));

        // Then
        assertHeld(3, "ef");
    }

    @Test
    void afterAnEndOnlyAFollowThatBeginsLaterCounts() {
        // Given
        membership.take(READY, ready(0, 0, "ab"));
        membership.take(CHANGED, changed(1, "ab", "abc", 1, 1, "c", ""));
        membership.take(ENDED, json("{\"reason\":\"until-passed\",\"revision\":1}"));

        // When
        membership.take(READY, ready(0, 0, "ab"));

        // Then
        assertHeld(1, "abc");
        assertThat(membership.isEnded()).isTrue();

        // When
        membership.take(READY, ready(0, 5, "xy"));

        // Then
        assertHeld(0, "xy");
        assertThat(membership.isEnded()).isFalse();
    }

    @Test
    void aRecordGoesToTheMembershipOfItsRequest() throws IOException {
        // Given
        Map<List<String>, Membership> all = new HashMap<>();
        var data =
                "{\"requestSource\":\"/a\",\"requestId\":\"7\",\"liveAt\":\"2026-11-26T08:00:00Z\",\"snapshotId\":\"s\","
                        + "\"page\":1,\"pageCount\":1,\"members\":[\"m\"]}";
        var record = new ConsumerRecord<>("segment-ready", 0, 0, "key", data.getBytes(StandardCharsets.UTF_8));
        record.headers().add("ce_type", READY.getBytes(StandardCharsets.UTF_8));

        // When
        Membership.take(record, all);

        // Then
        assertThat(all).containsOnlyKeys(List.of("/a", "7"));
        assertThat(all.values()).allSatisfy(each -> assertThat(each.members()).containsExactly("m"));
    }
}
