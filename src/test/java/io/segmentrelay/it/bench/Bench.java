package io.segmentrelay.it.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import com.google.errorprone.annotations.FormatMethod;

/** What all benches have in common: their size, their medians, and the line that says where they ran. */
final class Bench {

    private Bench() {}

    /** Whether it is to measure; else it only shows that it would. */
    static boolean isMeasuring() {
        return Boolean.getBoolean("relay.bench");
    }

    /** How often each is run, in turn with the other. */
    static int runs() {
        return isMeasuring() ? 3 : 1;
    }

    /** What is measured, and how it was tried in a build. */
    static <T> T size(T measuring, T trying) {
        return isMeasuring() ? measuring : trying;
    }

    static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
        var sorted = runs.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    /** One table, its ratios first. */
    static void print(String title, int runs, List<String> lines) {
        System.out.printf(
                "%n%s: %s, median of %d, JDK %s, %d cores, %s%n%s%n",
                title,
                isMeasuring() ? "measured" : "only tried, no measurement",
                runs,
                Runtime.version().feature(),
                Runtime.getRuntime().availableProcessors(),
                LocalDate.now(ZoneOffset.UTC),
                String.join(System.lineSeparator(), lines));
    }

    @FormatMethod
    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Of a process: user and system, all its threads. */
    static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    /** Of the JVM that runs the tests. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
