package io.segmentrelay.trigger.lambda;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.model.SqsException;

import io.segmentrelay.event.wire.Refused;

import static org.assertj.core.api.Assertions.assertThat;

class SqsRefusalsTest {

    private static final String QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/ready";

    private static Throwable answer(int status, String code, String message) {
        return SqsException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "400, InvalidParameterValue, One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes., TOO_LARGE",
        "413, RequestEntityTooLarge, '', TOO_LARGE",
        "400, InvalidMessageContents, The message contains characters outside the allowed set., INVALID",
        "400, AWS.SimpleQueueService.NonExistentQueue, The specified queue does not exist., NO_SUCH_RECEIVER",
        "400, QueueDoesNotExist, The specified queue does not exist., NO_SUCH_RECEIVER",
        "403, AccessDenied, Access to the resource is denied., AUTHORIZATION",
        "400, KmsAccessDenied, '', AUTHORIZATION",
        "400, KMS.DisabledException, '', AUTHORIZATION",
        "403, InvalidClientTokenId, The security token included in the request is invalid., AUTHENTICATION",
        "400, UnsupportedOperation, '', NOT_UNDERSTOOD",
    })
    void whatStaysIsRefused(int status, String code, String message, Refused.Reason reason) {
        // When
        var classified = SqsRefusals.classified(answer(status, code, message), QUEUE, 300_000);

        // Then
        assertThat(classified).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.receiver()).isEqualTo("ready");
            assertThat(refused).hasMessageContaining("queue ready");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "400, ThrottlingException",
        "403, RequestThrottled",
        "400, KmsThrottled",
        "403, ExpiredToken",
        "400, AWS.SimpleQueueService.QueueDeletedRecently",
        "429, TooManyRequests",
        "500, InternalError",
        "503, ServiceUnavailable",
    })
    void whatPassesIsLeftAsItIs(int status, String code) {
        // Given
        var failure = answer(status, code, "");

        // When / Then
        assertThat(SqsRefusals.classified(failure, QUEUE, 1)).isSameAs(failure);
    }

    @Test
    void anAnswerThatNeverCameMayComeYet() {
        // Given
        var failure = SdkClientException.create("connection reset");

        // When / Then
        assertThat(SqsRefusals.classified(failure, QUEUE, 1)).isSameAs(failure);
    }
}
