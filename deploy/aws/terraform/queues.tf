# What comes in
resource "aws_sqs_queue" "requests" {
  name                       = "${var.name}-requests"
  sqs_managed_sse_enabled    = true
  max_message_size           = 1048576
  visibility_timeout_seconds = 6 * var.timeout
  message_retention_seconds  = 1209600
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.undelivered.arn
    maxReceiveCount     = 10
  })
}

resource "aws_sqs_queue" "pending" {
  name                       = "${var.name}-pending"
  sqs_managed_sse_enabled    = true
  max_message_size           = 1048576
  visibility_timeout_seconds = 6 * var.timeout
  message_retention_seconds  = 1209600
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.undelivered.arn
    maxReceiveCount     = 30
  })
}

# What goes out
resource "aws_sqs_queue" "ready" {
  name                      = "${var.name}-ready"
  sqs_managed_sse_enabled   = true
  max_message_size          = 1048576
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "failed" {
  name                      = "${var.name}-failed"
  sqs_managed_sse_enabled   = true
  max_message_size          = 1048576
  message_retention_seconds = 1209600
}

# What somebody should look at: messages that are no event for the relay, each with its reason
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  sqs_managed_sse_enabled   = true
  max_message_size          = 1048576
  message_retention_seconds = 1209600
}

# Events that could not be handed over again and again: start a redrive to their source
resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  sqs_managed_sse_enabled   = true
  max_message_size          = 1048576
  message_retention_seconds = 1209600
}
