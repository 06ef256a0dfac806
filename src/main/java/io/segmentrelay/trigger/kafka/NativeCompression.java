package io.segmentrelay.trigger.kafka;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Keeps LZ4 in a native executable, where the relay writes with it ({@code kafka.compression.type}) and others may do too:
 * lz4-java makes up the names of its classes when it runs, so that the native build does not see that they are used.
 * Those that need a library of C are left out, as lz4-java then takes these.
 */
@RegisterForReflection(
        classNames = {
            "net.jpountz.lz4.LZ4JavaSafeCompressor",
            "net.jpountz.lz4.LZ4HCJavaSafeCompressor",
            "net.jpountz.lz4.LZ4JavaSafeFastDecompressor",
            "net.jpountz.lz4.LZ4JavaSafeSafeDecompressor",
            "net.jpountz.xxhash.XXHash32JavaSafe",
            "net.jpountz.xxhash.XXHash64JavaSafe",
            "net.jpountz.xxhash.StreamingXXHash32JavaSafe$Factory",
            "net.jpountz.xxhash.StreamingXXHash64JavaSafe$Factory",
            "net.jpountz.lz4.LZ4JavaUnsafeCompressor",
            "net.jpountz.lz4.LZ4HCJavaUnsafeCompressor",
            "net.jpountz.lz4.LZ4JavaUnsafeFastDecompressor",
            "net.jpountz.lz4.LZ4JavaUnsafeSafeDecompressor",
            "net.jpountz.xxhash.XXHash32JavaUnsafe",
            "net.jpountz.xxhash.XXHash64JavaUnsafe",
            "net.jpountz.xxhash.StreamingXXHash32JavaUnsafe$Factory",
            "net.jpountz.xxhash.StreamingXXHash64JavaUnsafe$Factory"
        },
        fields = true,
        methods = true)
final class NativeCompression {

    private NativeCompression() {}
}
