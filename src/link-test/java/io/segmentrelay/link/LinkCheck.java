package io.segmentrelay.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * Follows the code from where it begins, as a native build does with {@code --link-at-build-time}, and notes every class that
 * code names and nobody has. What can be called is found by rapid type analysis: of a method's overriders, those in classes
 * that the code makes. Unlike a native build this takes every branch, also those that a constant rules out.
 */
final class LinkCheck {

    private final ClassPath classes;
    private final Substitutions substitutions;
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final Set<String> methods = new HashSet<>();
    private final Set<String> initialized = new HashSet<>();
    private final Set<String> made = new HashSet<>();
    private final Map<String, List<String>> madeOf = new HashMap<>();
    private final Map<String, Map<String, MethodNode>> bySignature = new HashMap<>();
    private final Map<String, Set<String>> calls = new HashMap<>();
    private final Map<String, Set<String>> supertypes = new HashMap<>();
    private final Set<Missing> missing = new TreeSet<>();

    /**
     * A class that is not there.
     *
     * @param in the method that names it
     * @param name its name
     */
    record Missing(String in, String name) implements Comparable<Missing> {
        @Override
        public int compareTo(Missing other) {
            return (name + in).compareTo(other.name + other.in);
        }

        @Override
        public String toString() {
            return name + " (named by " + in + ")";
        }
    }

    private LinkCheck(ClassPath classes) {
        this.classes = classes;
        this.substitutions = Substitutions.of(classes);
    }

    /** What is missing in these jars, for all that these classes can do. */
    static Collection<Missing> missing(ClassPath classes, Collection<String> roots) {
        var check = new LinkCheck(classes);
        roots.forEach(check::root);
        while (!check.work.isEmpty()) {
            check.work.poll().run();
        }
        return List.copyOf(check.missing);
    }

    private void root(String name) {
        classes.find(name).ifPresent(node -> {
            make(name, "the build");
            node.methods.forEach(method -> reach(node, method));
        });
    }

    private void reach(ClassNode owner, MethodNode method) {
        if (!classes.has(owner.name) || !methods.add(owner.name + "." + method.name + method.desc)) {
            return;
        }
        work.add(() -> {
            initialize(owner.name);
            var substitute = substitutions.of(owner.name, method);
            if (substitute.isEmpty()) {
                follow(owner.name, method);
            } else {
                substitute
                        .get()
                        .method()
                        .ifPresent(other -> follow(substitute.get().in(), other));
            }
        });
    }

    private void follow(String owner, MethodNode method) {
        var in = owner.replace('/', '.') + "." + method.name;
        method.tryCatchBlocks.stream().filter(block -> block.type != null).forEach(block -> demand(block.type, in));
        for (var instruction : method.instructions) {
            follow(instruction, in);
        }
    }

    private void follow(AbstractInsnNode instruction, String in) {
        switch (instruction) {
            case TypeInsnNode type when type.getOpcode() == Opcodes.NEW -> make(type.desc, in);
            case TypeInsnNode type -> demand(type.desc, in);
            case MultiANewArrayInsnNode array -> demand(array.desc, in);
            case FieldInsnNode field -> {
                demand(field.owner, in);
                initialize(field.owner);
            }
            case MethodInsnNode call -> call(call.getOpcode(), call.owner, call.name, call.desc, in);
            case LdcInsnNode constant -> constant(constant.cst, in);
            case InvokeDynamicInsnNode dynamic -> List.of(dynamic.bsmArgs).forEach(constant -> constant(constant, in));
            default -> {}
        }
    }

    private void constant(Object constant, String in) {
        if (constant instanceof Type type && type.getSort() != Type.METHOD) {
            demand(type.getInternalName(), in);
        } else if (constant instanceof Handle handle) {
            switch (handle.getTag()) {
                case Opcodes.H_INVOKEVIRTUAL, Opcodes.H_INVOKEINTERFACE ->
                    call(Opcodes.INVOKEVIRTUAL, handle.getOwner(), handle.getName(), handle.getDesc(), in);
                case Opcodes.H_NEWINVOKESPECIAL -> {
                    make(handle.getOwner(), in);
                    call(Opcodes.INVOKESPECIAL, handle.getOwner(), handle.getName(), handle.getDesc(), in);
                }
                case Opcodes.H_INVOKESTATIC, Opcodes.H_INVOKESPECIAL ->
                    call(Opcodes.INVOKESPECIAL, handle.getOwner(), handle.getName(), handle.getDesc(), in);
                default -> demand(handle.getOwner(), in);
            }
        }
    }

    private void call(int opcode, String owner, String name, String desc, String in) {
        demand(owner, in);
        resolve(owner, name + desc).ifPresent(found -> reach(found.owner(), found.method()));
        var dispatched = opcode == Opcodes.INVOKEVIRTUAL || opcode == Opcodes.INVOKEINTERFACE;
        if (dispatched
                && calls.computeIfAbsent(name + desc, any -> new HashSet<>()).add(owner)) {
            for (var type : madeOf.getOrDefault(owner, List.of())) {
                resolve(type, name + desc).ifPresent(found -> reach(found.owner(), found.method()));
            }
        }
    }

    private void make(String name, String in) {
        demand(name, in);
        if (!classes.has(name) || !made.add(name)) {
            return;
        }
        initialize(name);
        for (var type : supertypes(name)) {
            madeOf.computeIfAbsent(type, any -> new ArrayList<>()).add(name);
            // The JDK's code is not followed: it may call whatever it knows of.
            var jdk = !classes.has(type);
            classes.find(type)
                    .ifPresent(node -> node.methods.forEach(method -> {
                        var signature = method.name + method.desc;
                        if (jdk
                                || calls.getOrDefault(signature, Set.of()).stream()
                                        .anyMatch(supertypes(name)::contains)) {
                            resolve(name, signature).ifPresent(found -> reach(found.owner(), found.method()));
                        }
                    }));
        }
    }

    private void initialize(String name) {
        if (!classes.has(name) || !initialized.add(name)) {
            return;
        }
        classes.find(name).ifPresent(node -> {
            parents(node).forEach(parent -> demand(parent, name.replace('/', '.')));
            if (node.superName != null) {
                initialize(node.superName);
            }
            node.methods.stream()
                    .filter(method -> method.name.equals("<clinit>"))
                    .forEach(method -> reach(node, method));
        });
    }

    private void demand(String name, String in) {
        var element = name.startsWith("[") ? Type.getType(name).getElementType() : Type.getObjectType(name);
        if (element.getSort() == Type.OBJECT
                && classes.find(element.getInternalName()).isEmpty()) {
            missing.add(new Missing(in, element.getClassName()));
        }
    }

    private record Found(ClassNode owner, MethodNode method) {}

    private Optional<Found> resolve(String owner, String signature) {
        var abstractly = Optional.<Found>empty();
        for (var type : supertypes(owner)) {
            var method = Optional.ofNullable(methodsOf(type).get(signature));
            var found = method.flatMap(known -> classes.find(type).map(node -> new Found(node, known)));
            if (method.filter(known -> (known.access & Opcodes.ACC_ABSTRACT) == 0)
                    .isPresent()) {
                return found;
            }
            abstractly = abstractly.or(() -> found);
        }
        return abstractly;
    }

    private Map<String, MethodNode> methodsOf(String type) {
        return bySignature.computeIfAbsent(
                type,
                name -> classes.find(name).map(node -> node.methods).orElse(List.of()).stream()
                        .collect(Collectors.toMap(method -> method.name + method.desc, Function.identity())));
    }

    /** The class itself, its classes upwards, then their interfaces. */
    private Set<String> supertypes(String name) {
        var known = supertypes.get(name);
        if (known == null) {
            known = new LinkedHashSet<>();
            var up = classes.find(name);
            var line = new ArrayList<ClassNode>();
            while (up.isPresent()) {
                line.add(up.get());
                known.add(up.get().name);
                up = Optional.ofNullable(up.get().superName).flatMap(classes::find);
            }
            for (var node : line) {
                for (var type : node.interfaces) {
                    known.addAll(supertypes(type));
                }
            }
            supertypes.put(name, known);
        }
        return known;
    }

    private static List<String> parents(ClassNode node) {
        var parents = new ArrayList<>(node.interfaces);
        if (node.superName != null) {
            parents.add(node.superName);
        }
        return parents;
    }
}
