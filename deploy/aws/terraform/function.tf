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

data "aws_partition" "current" {}

resource "aws_iam_role" "relay" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "relay" {
  name   = "relay"
  role   = aws_iam_role.relay.id
  policy = data.aws_iam_policy_document.relay.json
}

resource "aws_iam_role_policy_attachment" "kafka" {
  count      = var.msk_cluster_arn == "" ? 0 : 1
  role       = aws_iam_role.relay.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaMSKExecutionRole"
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

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.relay.name
  }

  environment {
    variables = {
      RELAY_DYNAMICS_URL                    = var.dynamics_url
      RELAY_DYNAMICS_MAX_CONCURRENCY        = max(1, floor(var.dynamics_concurrency / (2 * var.maximum_concurrency)))
      RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES = max(5, floor(var.dynamics_requests / (2 * var.maximum_concurrency)))
      RELAY_READY_WITHIN                    = var.ready_within
      RELAY_SQS_PENDING_URL                 = aws_sqs_queue.pending.url
      RELAY_SQS_READY_URL                   = aws_sqs_queue.ready.url
      RELAY_SQS_FAILED_URL                  = aws_sqs_queue.failed.url
      RELAY_SQS_DEAD_LETTER_URL             = aws_sqs_queue.dead_letters.url
      AZURE_TENANT_ID                       = var.azure_tenant_id
      AZURE_CLIENT_ID                       = var.azure_client_id
      AZURE_CLIENT_SECRET_ARN               = var.azure_client_secret_arn
      DISABLE_SIGNAL_HANDLERS               = "true"
    }
  }
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

resource "aws_lambda_event_source_mapping" "kafka" {
  count                   = var.msk_cluster_arn == "" ? 0 : 1
  function_name           = aws_lambda_function.relay.arn
  event_source_arn        = var.msk_cluster_arn
  topics                  = [var.kafka_topic]
  starting_position       = "TRIM_HORIZON"
  batch_size              = 100
  function_response_types = ["ReportBatchItemFailures"]
  provisioned_poller_config {
    minimum_pollers = 1
    maximum_pollers = 2
  }
  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.undelivered.arn
    }
  }
  depends_on = [aws_iam_role_policy_attachment.kafka]
}
