package io.segmentrelay.it.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Each bench in its small form, so that what is to be measured runs at all: nothing here is timed. */
@DisabledIfSystemProperty(named = "relay.bench", matches = "true")
class BenchSmokeIT {

    @Test
    void calls() {
        new CallsBench().besideTheUsualDesign();
    }

    @Test
    void throughput() {
        new ThroughputBench().besideTheUsualDesign();
    }

    @Test
    void inFlight() {
        new InFlightBench().waitInOneProcess();
    }

    @Test
    void members() throws Exception {
        new MembersBench().besideAPlainDownloadAndTheUsualDesign();
    }
}
