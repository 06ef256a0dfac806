package io.segmentrelay.packaging;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.config.SettingRange;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of settings in {@code docs/operating.md} says what the code says: which there are, their ranges and their defaults. */
class SettingsTableTest {

    /** Cells of a row: setting, default, range, meaning. */
    private static final Map<String, List<String>> ROWS = Repository.text(Path.of("docs/operating.md"))
            .lines()
            .filter(line -> line.startsWith("| `relay."))
            .map(line -> List.of(line.split("\\s*\\|\\s*")))
            .collect(Collectors.toMap(cells -> plain(cells.get(1)), cells -> cells.subList(2, cells.size())));

    /** Those of the package for AWS Lambda are set by its templates. */
    private static final String LAMBDA = "relay.sqs.";

    @Test
    void hasARowForEachSettingAndNoOther() {
        assertThat(ROWS.keySet()).containsExactlyInAnyOrderElementsOf(KnownSettings.relay());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void saysItsDefault(String setting) {
        KnownSettings.defaultOf(setting)
                .ifPresent(value -> assertThat(cell(setting, 0)).startsWith(value));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void saysItsRange(SettingRange range) {
        assertThat(cell(range.setting(), 1)).isEqualTo(range.bounds());
    }

    @Test
    void eachRangeIsOfASettingThatExists() {
        assertThat(KnownSettings.relay())
                .containsAll(ranges().stream().map(SettingRange::setting).toList());
    }

    private static String cell(String setting, int index) {
        return plain(ROWS.getOrDefault(setting, List.of("", "")).get(index));
    }

    private static String plain(String cell) {
        return cell.replace("`", "");
    }

    static List<String> settings() {
        return KnownSettings.relay();
    }

    static List<SettingRange> ranges() {
        return SettingRange.ALL.values().stream()
                .filter(range -> !range.setting().startsWith(LAMBDA))
                .toList();
    }
}
