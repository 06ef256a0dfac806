package io.segmentrelay.trigger.lambda;

import java.util.List;

import io.quarkus.test.junit.QuarkusTestProfile;

/** The function with queues for everything. */
public class OnSqs implements QuarkusTestProfile {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(LambdaWorld.class));
    }
}
