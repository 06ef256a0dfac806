package io.segmentrelay.trigger.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.quarkus.funqy.lambda.FunqyStreamHandler;
import io.quarkus.runtime.Quarkus;

import io.segmentrelay.config.StartFailure;
import io.segmentrelay.time.SystemTime;
import io.segmentrelay.time.Time;

/**
 * The function's handler on Lambda's Java runtimes. Starts the relay in the initialization phase, which has the full
 * processor, instead of in the first invocation.
 */
public final class RelayHandler implements RequestStreamHandler {

    /** Lambda makes the handler, and not the container of beans, which is not there yet. */
    private static final Time TIME = new SystemTime();

    private final FunqyStreamHandler functions;

    /** Starts the relay; a start that fails says why in one line. */
    public RelayHandler() {
        try {
            functions = new FunqyStreamHandler();
            Quarkus.manualStart();
        } catch (RuntimeException e) {
            throw new NotStarted(StartFailure.line(e));
        }
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        InvocationDeadline.set(TIME.now().plusMillis(context.getRemainingTimeInMillis()));
        functions.handleRequest(event, answer, context);
    }

    /** The relay could not be started. */
    static final class NotStarted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotStarted(String line) {
            super(line, null, false, false);
        }
    }
}
