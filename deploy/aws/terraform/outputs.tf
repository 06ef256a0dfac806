output "request_queue_url" {
  description = "Send requests here, as CloudEvents in structured mode"
  value       = aws_sqs_queue.requests.url
}

output "ready_queue_url" {
  value = aws_sqs_queue.ready.url
}

output "failed_queue_url" {
  value = aws_sqs_queue.failed.url
}

output "dead_letter_queue_url" {
  value = aws_sqs_queue.dead_letters.url
}

output "undelivered_queue_url" {
  value = aws_sqs_queue.undelivered.url
}

output "function_name" {
  value = aws_lambda_function.relay.function_name
}
