resource "aws_cloudwatch_log_group" "relay" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "relay" {
  source_policy_documents = [data.aws_iam_policy_document.kafka.json]
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
    resources = [aws_sqs_queue.requests.arn, aws_sqs_queue.pending.arn]
  }
  statement {
    actions = ["sqs:SendMessage"]
    resources = [
      aws_sqs_queue.pending.arn,
      aws_sqs_queue.ready.arn,
      aws_sqs_queue.failed.arn,
      aws_sqs_queue.dead_letters.arn,
      aws_sqs_queue.undelivered.arn,
    ]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.azure_client_secret_arn]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.relay.arn}:*"]
  }
}

resource "aws_iam_role" "relay" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "relay" {
  name   = "relay"
  role   = aws_iam_role.relay.id
  policy = data.aws_iam_policy_document.relay.json
}

resource "aws_lambda_function" "relay" {
  function_name    = var.name
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  handler          = "io.segmentrelay.trigger.lambda.RelayHandler::handleRequest"
  runtime          = var.runtime
  architectures    = [var.architecture]
  memory_size      = var.memory_size
  timeout          = var.timeout
  role             = aws_iam_role.relay.arn

  reserved_concurrent_executions = var.reserved_concurrency

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.relay.name
  }

  dynamic "vpc_config" {
    for_each = local.writes_in_vpc ? [1] : []
    content {
      subnet_ids         = var.kafka_results.subnet_ids
      security_group_ids = var.kafka_results.security_group_ids
    }
  }

  environment {
    variables = merge(
      {
        RELAY_DYNAMICS_URL                          = var.dynamics_url
        RELAY_DYNAMICS_MAX_CONCURRENCY              = local.environment_concurrency
        RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES       = local.environment_requests
        RELAY_DYNAMICS_EXECUTION_TIME_PER_5_MINUTES = "${local.environment_seconds}s"
        RELAY_READY_WITHIN                          = var.ready_within
        RELAY_SQS_PENDING_URL                       = aws_sqs_queue.pending.url
        RELAY_SQS_DEAD_LETTER_URL                   = aws_sqs_queue.dead_letters.url
        AZURE_TENANT_ID                             = var.azure_tenant_id
        AZURE_CLIENT_ID                             = var.azure_client_id
        AZURE_CLIENT_SECRET_ARN                     = var.azure_client_secret_arn
        DISABLE_SIGNAL_HANDLERS                     = "true"
      },
      # Results go to queues, or to Kafka where these two are left out. The queues stay: they may still hold pages.
      local.writes_kafka ? {
        KAFKA_BOOTSTRAP_SERVERS = join(",", var.kafka_results.bootstrap_servers)
        KAFKA_SECURITY_PROTOCOL = var.kafka_results.security_protocol
        } : {
        RELAY_SQS_READY_URL  = aws_sqs_queue.ready.url
        RELAY_SQS_FAILED_URL = aws_sqs_queue.failed.url
      },
    )
  }

  depends_on = [aws_iam_role_policy.relay] # without its rights Lambda could not connect the function to a network
}

# Of asynchronous invocations with a bare event
resource "aws_lambda_function_event_invoke_config" "relay" {
  function_name          = aws_lambda_function.relay.function_name
  maximum_retry_attempts = 2
  destination_config {
    on_failure {
      destination = aws_sqs_queue.undelivered.arn
    }
  }
}

resource "aws_lambda_event_source_mapping" "requests" {
  function_name           = aws_lambda_function.relay.arn
  event_source_arn        = aws_sqs_queue.requests.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
  depends_on = [aws_iam_role_policy.relay]
}

resource "aws_lambda_event_source_mapping" "continuations" {
  function_name           = aws_lambda_function.relay.arn
  event_source_arn        = aws_sqs_queue.pending.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
  depends_on = [aws_iam_role_policy.relay]
}
