package io.segmentrelay.packaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A container file as its instructions.
 *
 * @param instructions in order, continued lines joined
 */
record Containerfile(List<Instruction> instructions) {

    /**
     * One instruction.
     *
     * @param name such as {@code FROM}
     * @param arguments the rest of it, build arguments filled in
     */
    record Instruction(String name, String arguments) {}

    /** Reads a file of {@code deploy/}. */
    static Containerfile read(String name) {
        return parse(Repository.text(Repository.DEPLOY.resolve(name)));
    }

    static Containerfile parse(String file) {
        var text = file.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .reduce("", (all, line) -> all + line + "\n")
                .replace("\\\n", " ");
        var instructions = new ArrayList<Instruction>();
        var arguments = new ArrayList<String[]>();
        for (var line : text.lines().toList()) {
            var parts = line.strip().split("\\s+", 2);
            var rest = parts[1].replaceAll("\\s+", " ");
            for (var argument : arguments) {
                rest = rest.replace("${" + argument[0] + "}", argument[1]);
            }
            if (parts[0].equals("ARG") && rest.contains("=")) {
                arguments.add(rest.split("=", 2));
            }
            instructions.add(new Instruction(parts[0], rest));
        }
        return new Containerfile(List.copyOf(instructions));
    }

    List<String> all(String name) {
        return instructions.stream()
                .filter(each -> each.name().equals(name))
                .map(Instruction::arguments)
                .toList();
    }

    /** What comes after the last {@code FROM}: what the image is. */
    Containerfile lastStage() {
        var last = 0;
        for (var i = 0; i < instructions.size(); i++) {
            last = instructions.get(i).name().equals("FROM") ? i : last;
        }
        return new Containerfile(instructions.subList(last, instructions.size()));
    }

    /** The numeric user that the image runs as. */
    int user() {
        var user = lastStage().all("USER");
        var matcher = Pattern.compile("(\\d+):\\d+").matcher(user.get(user.size() - 1));
        if (!matcher.matches()) {
            throw new IllegalStateException("no numeric user: " + user);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Names of stages, which a later {@code FROM} or {@code COPY --from} may use. */
    List<String> stages() {
        return all("FROM").stream()
                .filter(from -> from.contains(" AS "))
                .map(from -> from.substring(from.indexOf(" AS ") + 4))
                .toList();
    }

    /** Files and folders of the repository that are copied in. */
    List<Path> sources() {
        return all("COPY").stream()
                .filter(copy -> !copy.contains("--from="))
                .map(copy -> copy.replaceAll("--\\S+ ", "").split(" "))
                .flatMap(copy -> List.of(copy).subList(0, copy.length - 1).stream())
                .map(Path::of)
                .toList();
    }
}
