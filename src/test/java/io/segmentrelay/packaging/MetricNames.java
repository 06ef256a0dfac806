package io.segmentrelay.packaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metrics that dashboards, alerts and {@code docs/operating.md} name. */
public final class MetricNames {

    static final Path DASHBOARD = Repository.DEPLOY.resolve("grafana/dashboards/segment-relay.json");
    static final Path ALERTS = Repository.DEPLOY.resolve("prometheus/alerts.yml");

    private static final Pattern NAME = Pattern.compile("\\b(relay|kafka|jvm|process)_[a-z_]+\\b");
    private static final Pattern IN_GUIDE = Pattern.compile("`(relay_[a-z_]+)");

    private MetricNames() {}

    /** Names as Prometheus has them; a timer's in the guide is without {@code _count}, {@code _sum}, {@code _max}. */
    public static Set<String> all() {
        var expressions = Stream.of(DASHBOARD, ALERTS)
                .flatMap(file -> Repository.yaml(file).findValuesAsText("expr").stream())
                .collect(Collectors.joining("\n"));
        var names = new TreeSet<String>();
        NAME.matcher(expressions).results().forEach(match -> names.add(match.group()));
        Stream.of(Path.of("docs/operating.md"))
                .filter(Files::exists)
                .flatMap(file -> IN_GUIDE.matcher(Repository.text(file)).results())
                .forEach(match -> names.add(match.group(1)));
        return names;
    }

    /** Those of the given names that an answer of {@code /q/metrics} does not have. */
    public static Set<String> missing(String metrics) {
        var exposed = metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .flatMap(name -> Stream.of(name, name.replaceFirst("_(count|sum|max)$", "")))
                .collect(Collectors.toSet());
        var missing = new TreeSet<>(all());
        missing.removeAll(exposed);
        return missing;
    }
}
