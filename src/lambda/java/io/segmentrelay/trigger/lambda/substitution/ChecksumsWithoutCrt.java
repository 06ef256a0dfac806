package io.segmentrelay.trigger.lambda.substitution;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.internal.ChecksumProvider;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * The AWS SDK looks at run time whether its library in C (aws-crt, 23 MB) is there, for checksums that S3 knows and neither
 * SQS nor Secrets Manager does. A native build wants every class that code could ask for. So here is what these methods
 * do without that library, word for word in what comes out.
 */
@TargetClass(ChecksumProvider.class)
final class ChecksumsWithoutCrt {

    private ChecksumsWithoutCrt() {}

    @Substitute
    static @Nullable SdkChecksum createCrtCrc32C() {
        return null;
    }

    @Substitute
    @SuppressWarnings("DoNotCallSuggester") // the AWS SDK calls it, as it does the original
    static SdkChecksum crc64NvmeCrtImplementation() {
        throw new UnsupportedOperationException("CRC64NVME needs aws-crt");
    }

    @Substitute
    @SuppressWarnings("DoNotCallSuggester") // the AWS SDK calls it, as it does the original
    static SdkChecksum crtXxHash(ChecksumAlgorithm algorithm) {
        throw new UnsupportedOperationException(algorithm.algorithmId() + " needs aws-crt");
    }
}
