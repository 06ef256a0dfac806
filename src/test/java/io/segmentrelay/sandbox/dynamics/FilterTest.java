package io.segmentrelay.sandbox.dynamics;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class FilterTest {

    private static final UUID ID = UUID.fromString("5e600000-0000-4000-8000-000000000001");
    private static final UUID OTHER = UUID.fromString("5e600000-0000-4000-8000-000000000002");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "statuscode eq 2 | true",
                "statuscode ne 2 | false",
                "statuscode gt 1 and statuscode le 2 | true",
                "statuscode lt 2 or statuscode ge 3 | false",
                "statuscode eq 1 or statuscode eq 2 and name eq 'x' | false",
                "(statuscode eq 1 or statuscode eq 2) and name eq 'people of kent' | true",
                "not statuscode eq 2 | false",
                "not(statuscode eq 3) and not contains(name,'Essex') | true",
                "contains(name, 'of and o') | false",
                "name eq 'x and y' or startswith(name,'PEOPLE') | true",
                "endswith(name,'Kent') | true",
                "contains(statuscode,'2') | false",
                "count eq null | true",
                "count ne null | false",
                "missing eq null | true",
                "name ne null | true",
                "modifiedon ge 2026-01-01T00:00:00Z | true",
                "modifiedon lt 2026-01-01T00:00:00Z | false",
                "id eq 5e600000-0000-4000-8000-000000000001 | true",
                "id eq '5E600000-0000-4000-8000-000000000001' | true",
                "Microsoft.Dynamics.CRM.In(PropertyName='id',PropertyValues=['5E600000-0000-4000-8000-000000000001','x']) | true",
                "Microsoft.Dynamics.CRM.In(PropertyName='id',PropertyValues=['x']) or name eq 'it''s' | false",
            })
    void selectsRows(String text, boolean selected) {
        // Given
        var row = Json.object()
                .put("id", ID.toString())
                .put("name", "People of Kent")
                .put("statuscode", 2)
                .putNull("count")
                .put("modifiedon", "2026-03-01T12:00:00Z");

        // When
        var filter = Filter.parse(text);

        // Then
        assertThat(filter.map(f -> f.test().test(row))).contains(selected);
    }

    @Test
    void knowsWhatRowsItAsksForByTheirIds() {
        // When
        var one = Filter.parse("id eq '%s' and statuscode eq 2".formatted(ID)).orElseThrow();
        var many = Filter.parse(
                        "Microsoft.Dynamics.CRM.In(PropertyName='id',PropertyValues=['%s','%s'])".formatted(ID, OTHER))
                .orElseThrow();
        var any = Filter.parse("id eq '%s' or statuscode eq 2".formatted(ID)).orElseThrow();
        var none = Filter.parse("not id eq '%s'".formatted(ID)).orElseThrow();

        // Then
        assertThat(one.oneOf()).isEqualTo(Map.of("id", List.of(ID)));
        assertThat(many.oneOf().get("id")).containsExactlyInAnyOrder(ID, OTHER);
        assertThat(any.oneOf()).isEmpty();
        assertThat(none.oneOf()).isEmpty();
        assertThat(one.columns()).containsExactly("id", "statuscode");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "what",
                "statuscode eq",
                "statuscode eq 2 and",
                "statuscode eq 2 or or",
                "(statuscode eq 2",
                "statuscode eq 2)",
                "statuscode is 2",
                "name eq 'x",
                "contains(name)",
                "not",
            })
    void refusesWhatItDoesNotUnderstand(String text) {
        // When / Then
        assertThat(Filter.parse(text)).isEmpty();
    }

    @Test
    void refusesWhatIsNestedTooDeeply() {
        // Given
        var deep = "(".repeat(10_000) + "statuscode eq 2" + ")".repeat(10_000);

        // When / Then
        assertThat(Filter.parse(deep)).isEmpty();
    }
}
