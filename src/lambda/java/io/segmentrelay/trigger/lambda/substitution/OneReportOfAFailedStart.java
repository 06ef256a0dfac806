package io.segmentrelay.trigger.lambda.substitution;

import java.util.concurrent.locks.LockSupport;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.quarkus.amazon.lambda.runtime.AbstractLambdaPollLoop;
import io.quarkus.runtime.Application;

/**
 * The thread that asks for invocations waits for the start, which another thread makes. Where that fails, it would be the
 * first to report to Lambda, and only that it was interrupted; {@code LambdaMain} reports the reason.
 */
@TargetClass(AbstractLambdaPollLoop.class)
final class OneReportOfAFailedStart {

    private OneReportOfAFailedStart() {}

    /** Returns when the application has started. Where it will not, never: the process is about to end. */
    @Substitute
    @SuppressWarnings("UnusedMethod") // takes the place of one that is used
    private void checkQuarkusBootstrapped() {
        try {
            Application.currentApplication().start(new String[0]);
        } catch (RuntimeException failed) {
            while (true) {
                Thread.interrupted(); // the failed start's doing
                LockSupport.park();
            }
        }
    }
}
