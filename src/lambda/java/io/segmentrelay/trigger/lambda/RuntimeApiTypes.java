package io.segmentrelay.trigger.lambda;

import io.quarkus.amazon.lambda.runtime.ClientContextImpl;
import io.quarkus.amazon.lambda.runtime.ClientImpl;
import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What Quarkus exchanges with Lambda's runtime API as JSON by the names of getters and setters, which a native executable
 * has only where it is told so: the error of an invocation, and what a caller may send along with one. All that the relay
 * itself reads and writes are trees.
 */
@RegisterForReflection(targets = {FunctionError.class, ClientContextImpl.class, ClientImpl.class})
final class RuntimeApiTypes {

    private RuntimeApiTypes() {}
}
