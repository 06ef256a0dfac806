package io.segmentrelay.link;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

import static java.util.Objects.requireNonNullElse;

/** What a native build takes in place of methods: those of the classes with GraalVM's {@code @TargetClass}. */
final class Substitutions {

    private static final String ANNOTATIONS = "Lcom/oracle/svm/core/annotate/";
    private static final String TARGET = ANNOTATIONS + "TargetClass;";
    private static final String SUBSTITUTE = ANNOTATIONS + "Substitute;";
    private static final String DELETE = ANNOTATIONS + "Delete;";

    private final Map<String, Substitute> methods = new HashMap<>();
    private final Set<String> whole = new HashSet<>();

    /**
     * One method that takes the place of another.
     *
     * @param in the class that it is written in
     * @param method empty where the other one is deleted
     */
    record Substitute(String in, Optional<MethodNode> method) {}

    /** Reads those of the whole package. */
    static Substitutions of(ClassPath classes) {
        var all = new Substitutions();
        for (var name : classes.names(name -> true)) {
            classes.find(name).ifPresent(all::add);
        }
        return all;
    }

    private void add(ClassNode node) {
        var annotation =
                annotation(node.invisibleAnnotations, TARGET).or(() -> annotation(node.visibleAnnotations, TARGET));
        if (annotation.isEmpty()) {
            return;
        }
        var target = target(annotation.get());
        if (has(node.visibleAnnotations, SUBSTITUTE) || has(node.visibleAnnotations, DELETE)) {
            whole.add(target);
        }
        for (var method : node.methods) {
            if (has(method.visibleAnnotations, SUBSTITUTE)) {
                methods.put(key(target, method.name, method.desc), new Substitute(node.name, Optional.of(method)));
            } else if (has(method.visibleAnnotations, DELETE)) {
                methods.put(key(target, method.name, method.desc), new Substitute(node.name, Optional.empty()));
            }
        }
    }

    /** What takes the place of this method, if anything does. */
    Optional<Substitute> of(String owner, MethodNode method) {
        var found = Optional.ofNullable(methods.get(key(owner, method.name, method.desc)));
        return found.isEmpty() && whole.contains(owner) ? Optional.of(new Substitute(owner, Optional.empty())) : found;
    }

    /** Parameters by their number: their types may be stand-ins. */
    private static String key(String owner, String name, String desc) {
        return owner + "." + name + "/" + Type.getArgumentCount(desc);
    }

    private static String target(AnnotationNode annotation) {
        var name = "";
        var inner = "";
        var values = requireNonNullElse(annotation.values, List.of());
        for (var i = 0; i < values.size(); i += 2) {
            var value = values.get(i + 1);
            switch ((String) values.get(i)) {
                case "value" -> name = ((Type) value).getInternalName();
                case "className" -> name = ((String) value).replace('.', '/');
                case "innerClass" ->
                    inner = "$"
                            + String.join(
                                    "$",
                                    ((List<?>) value)
                                            .stream().map(String::valueOf).toList());
                default -> {}
            }
        }
        return name + inner;
    }

    private static boolean has(List<AnnotationNode> annotations, String type) {
        return annotation(annotations, type).isPresent();
    }

    private static Optional<AnnotationNode> annotation(List<AnnotationNode> annotations, String type) {
        return requireNonNullElse(annotations, List.<AnnotationNode>of()).stream()
                .filter(annotation -> annotation.desc.equals(type))
                .findFirst();
    }
}
