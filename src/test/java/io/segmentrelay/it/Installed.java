package io.segmentrelay.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assumptions.assumeThat;

/** Programs that a machine may have or not: tests that need them are skipped where they are missing, and say so. */
final class Installed {

    private Installed() {}

    /**
     * One that lies on the path.
     *
     * @param packages of Debian, that bring it
     * @param names under which it is known
     */
    static Path needed(String packages, String... names) {
        var found = Stream.of(names)
                .flatMap(name -> Stream.of(Optional.ofNullable(System.getenv("PATH"))
                                .orElse("")
                                .split(":"))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(found)
                .as("%s is installed (Debian: apt-get install %s)", names[0], packages)
                .isPresent();
        return found.orElseThrow();
    }
}
