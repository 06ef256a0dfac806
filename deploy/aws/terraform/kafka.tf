locals {
  reads_msk            = var.kafka_requests.msk_cluster_arn != null
  reads_self_managed   = length(var.kafka_requests.bootstrap_servers) > 0
  reads_kafka          = local.reads_msk || local.reads_self_managed
  has_kafka_secret     = local.reads_kafka && var.kafka_requests.secret_arn != null
  has_kafka_secret_key = local.has_kafka_secret && var.kafka_requests.secret_key_arn != null
  writes_kafka         = length(var.kafka_results.bootstrap_servers) > 0
  reads_in_vpc         = local.reads_self_managed && length(var.kafka_requests.subnet_ids) > 0
  writes_in_vpc        = local.writes_kafka && length(var.kafka_results.subnet_ids) > 0

  kafka_access = concat(
    local.has_kafka_secret ? [{ type = var.kafka_requests.secret_type, uri = var.kafka_requests.secret_arn }] : [],
    local.reads_in_vpc ? [for id in var.kafka_requests.subnet_ids : { type = "VPC_SUBNET", uri = "subnet:${id}" }] : [],
    local.reads_in_vpc ? [for id in var.kafka_requests.security_group_ids : { type = "VPC_SECURITY_GROUP", uri = "security_group:${id}" }] : [],
  )
}

data "aws_iam_policy_document" "kafka" {
  dynamic "statement" {
    for_each = local.reads_msk ? [var.kafka_requests.msk_cluster_arn] : []
    content {
      actions   = ["kafka:DescribeClusterV2"]
      resources = [statement.value]
    }
  }
  # It has to be "*": IAM knows no resource for this action.
  dynamic "statement" {
    for_each = local.reads_msk ? [1] : []
    content {
      actions   = ["kafka:GetBootstrapBrokers"]
      resources = ["*"]
    }
  }
  dynamic "statement" {
    for_each = local.reads_msk && !local.has_kafka_secret ? [var.kafka_requests.msk_cluster_arn] : []
    content {
      actions = [
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeClusterDynamicConfiguration",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
        "kafka-cluster:DescribeGroup",
        "kafka-cluster:AlterGroup",
      ]
      resources = [
        statement.value,
        "${replace(statement.value, ":cluster/", ":topic/")}/${var.kafka_requests.topic}",
        "${replace(statement.value, ":cluster/", ":group/")}/${var.kafka_requests.consumer_group}",
      ]
    }
  }
  dynamic "statement" {
    for_each = local.reads_msk && local.has_kafka_secret ? [var.kafka_requests.msk_cluster_arn] : []
    content {
      actions   = ["kafka:ListScramSecrets"]
      resources = [statement.value]
    }
  }
  dynamic "statement" {
    for_each = local.has_kafka_secret ? [var.kafka_requests.secret_arn] : []
    content {
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }
  dynamic "statement" {
    for_each = local.has_kafka_secret_key ? [var.kafka_requests.secret_key_arn] : []
    content {
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
  # With these Lambda connects itself to the network. It has to be "*": the Describe actions know no resource, an
  # interface has no name before it is made, and of the subnets of an MSK cluster this module knows nothing.
  dynamic "statement" {
    for_each = local.reads_msk || local.reads_in_vpc || local.writes_in_vpc ? [1] : []
    content {
      actions = [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ]
      resources = ["*"]
    }
  }
}

# Of one cluster: Amazon MSK's, or a self-managed one
resource "aws_lambda_event_source_mapping" "kafka" {
  count                   = local.reads_kafka ? 1 : 0
  function_name           = aws_lambda_function.relay.arn
  event_source_arn        = var.kafka_requests.msk_cluster_arn
  topics                  = [var.kafka_requests.topic]
  starting_position       = "TRIM_HORIZON"
  batch_size              = 100
  function_response_types = ["ReportBatchItemFailures"]
  dynamic "amazon_managed_kafka_event_source_config" {
    for_each = local.reads_msk ? [1] : []
    content {
      consumer_group_id = var.kafka_requests.consumer_group
    }
  }
  dynamic "self_managed_event_source" {
    for_each = local.reads_self_managed ? [1] : []
    content {
      endpoints = { KAFKA_BOOTSTRAP_SERVERS = join(",", var.kafka_requests.bootstrap_servers) }
    }
  }
  dynamic "self_managed_kafka_event_source_config" {
    for_each = local.reads_self_managed ? [1] : []
    content {
      consumer_group_id = var.kafka_requests.consumer_group
    }
  }
  dynamic "source_access_configuration" {
    for_each = local.kafka_access
    content {
      type = source_access_configuration.value.type
      uri  = source_access_configuration.value.uri
    }
  }
  provisioned_poller_config { # partial batch responses need it
    minimum_pollers = 1
    maximum_pollers = 2
  }
  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.undelivered.arn
    }
  }
  depends_on = [aws_iam_role_policy.relay]
}
