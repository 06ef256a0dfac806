locals {
  queue_alarms = {
    dead-letters = {
      queue       = aws_sqs_queue.dead_letters.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 0
      description = "Messages that are no event for the relay; each says why in its attribute dead-letter-reason"
    }
    undelivered = {
      queue       = aws_sqs_queue.undelivered.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 0
      description = "Events that could not be handed over; mend the cause, then start a redrive"
    }
    request-age = {
      queue       = aws_sqs_queue.requests.name
      metric      = "ApproximateAgeOfOldestMessage"
      threshold   = 900
      description = "Requests wait too long before they are begun"
    }
    pending-age = {
      queue       = aws_sqs_queue.pending.name
      metric      = "ApproximateAgeOfOldestMessage"
      threshold   = 2700
      description = "Continuations lie longer than the longest delay (15 minutes) explains"
    }
  }
  function_alarms = {
    errors    = { metric = "Errors", periods = 1, description = "Invocations that ended with an error" }
    throttles = { metric = "Throttles", periods = 3, description = "Lambda itself refuses invocations" }
  }
  alarm_actions = var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "queues" {
  for_each            = local.queue_alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "function" {
  for_each            = local.function_alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.relay.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = each.value.periods
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}
