package io.segmentrelay.trigger.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

import io.segmentrelay.event.wire.Checked;

import static org.assertj.core.api.Assertions.assertThat;

class SqsRecordTest {

    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void aTraceInTheMessageAttributesGoesOn() throws JsonProcessingException {
        // Given
        var attribute = new JsonObject().put("stringValue", TRACEPARENT).put("dataType", "String");
        var message = new JsonObject()
                .put("messageId", "m-0")
                .put("eventSource", SqsRecord.EVENT_SOURCE)
                .put("body", Events.request("traced"))
                .put("messageAttributes", new JsonObject().put("traceparent", attribute));

        // When
        var read = new SqsRecord(new ObjectMapper().readTree(message.encode())).read();

        // Then
        assertThat(read)
                .isInstanceOfSatisfying(
                        Checked.Good.class,
                        good -> assertThat(((CloudEvent) good.value()).getExtension("traceparent"))
                                .isEqualTo(TRACEPARENT));
    }
}
