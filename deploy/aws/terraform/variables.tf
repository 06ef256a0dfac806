variable "name" {
  description = "Prefix of everything that is made"
  type        = string
  default     = "segment-relay"
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.name))
    error_message = "Up to 50 letters, digits, hyphens and underscores."
  }
}

variable "package" {
  description = "Path of function.zip (./mvnw package -Plambda)"
  type        = string
}

variable "dynamics_url" {
  description = "The organization's URL, such as https://contoso.crm4.dynamics.com"
  type        = string
  validation {
    condition     = can(regex("^https?://.+", var.dynamics_url))
    error_message = "A URL such as https://contoso.crm4.dynamics.com."
  }
}

variable "azure_tenant_id" {
  type = string
}

variable "azure_client_id" {
  type = string
}

variable "azure_client_secret_arn" {
  description = "ARN of the secret in AWS Secrets Manager that holds the application's client secret, as plain text"
  type        = string
  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:.+", var.azure_client_secret_arn))
    error_message = "The ARN of a secret in AWS Secrets Manager, not the secret itself."
  }
}

variable "runtime" {
  description = "java21, or provided.al2023 for the native package"
  type        = string
  default     = "java21"
  validation {
    condition     = contains(["java21", "provided.al2023"], var.runtime)
    error_message = "java21 or provided.al2023."
  }
}

variable "architecture" {
  description = "arm64 or x86_64; of a native package, the one that it was built for"
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64."
  }
}

variable "memory_size" {
  description = "MB, 128 to 10240; Lambda gives processor time in proportion"
  type        = number
  default     = 1024
  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240
    error_message = "128 to 10240 MB."
  }
}

variable "timeout" {
  description = "Seconds, 15 to 900; reading a large segment and sending its pages has to fit"
  type        = number
  default     = 120
  validation {
    condition     = var.timeout >= 15 && var.timeout <= 900
    error_message = "15 to 900 seconds."
  }
}

variable "reserved_concurrency" {
  description = "Invocations at once, whatever invokes, 4 to 52; Dynamics' limits are divided by it"
  type        = number
  default     = 10
  validation {
    condition     = var.reserved_concurrency >= 4 && var.reserved_concurrency <= 52
    error_message = "4 to 52: fewer do not suffice for two queues, and Dynamics takes no more calls at once."
  }
}

variable "maximum_concurrency" {
  description = "Invocations at once, for requests and for continuations each, 2 to 26; what reserved_concurrency has beyond both is for Kafka and for who invokes the function directly"
  type        = number
  default     = 4
  validation {
    condition     = var.maximum_concurrency >= 2 && 2 * var.maximum_concurrency <= var.reserved_concurrency
    error_message = "2 to half of reserved_concurrency."
  }
}

variable "dynamics_concurrency" {
  description = "Calls at once in all execution environments together, up to 52: Dynamics refuses the 53rd"
  type        = number
  default     = 50
  validation {
    condition     = var.dynamics_concurrency >= var.reserved_concurrency && var.dynamics_concurrency <= 52
    error_message = "reserved_concurrency to 52, so that each execution environment can make a call."
  }
}

variable "dynamics_requests" {
  description = "Calls in five minutes in all execution environments together, up to 6000: Dynamics refuses what is beyond"
  type        = number
  default     = 5400
  validation {
    condition     = var.dynamics_requests >= 5 * var.reserved_concurrency && var.dynamics_requests <= 6000
    error_message = "Five times reserved_concurrency to 6000."
  }
}

variable "dynamics_execution_seconds" {
  description = "Execution time in five minutes in all execution environments together, seconds up to 1200: Dynamics refuses what is beyond"
  type        = number
  default     = 1080
  validation {
    condition     = var.dynamics_execution_seconds >= var.reserved_concurrency && var.dynamics_execution_seconds <= 1200
    error_message = "reserved_concurrency to 1200, so that each execution environment has a second."
  }
}

variable "ready_within" {
  description = "The deadline of a request that names none"
  type        = string
  default     = "2h"
}

variable "kafka_requests" {
  description = <<-EOT
    Requests from Kafka as well: from Amazon MSK (msk_cluster_arn) or a self-managed cluster (bootstrap_servers, each
    host:port). consumer_group: no other consumer may use it, a relay outside of Lambda included. secret_arn: the secret
    to log in with; without it an MSK cluster is asked with IAM. secret_type: SASL_SCRAM_512_AUTH,
    CLIENT_CERTIFICATE_TLS_AUTH; of a self-managed cluster also SASL_SCRAM_256_AUTH, BASIC_AUTH. secret_key_arn: the
    secret's KMS key where it has one of its own (MSK demands one). subnet_ids, security_group_ids: where a self-managed
    cluster is, unless its brokers have public addresses.
  EOT
  type = object({
    msk_cluster_arn    = optional(string)
    bootstrap_servers  = optional(list(string), [])
    topic              = optional(string, "segment-requests")
    consumer_group     = optional(string, "segment-relay")
    secret_arn         = optional(string)
    secret_type        = optional(string, "SASL_SCRAM_512_AUTH")
    secret_key_arn     = optional(string)
    subnet_ids         = optional(list(string), [])
    security_group_ids = optional(list(string), [])
  })
  default = {}
  validation {
    condition     = var.kafka_requests.msk_cluster_arn == null || length(var.kafka_requests.bootstrap_servers) == 0
    error_message = "msk_cluster_arn or bootstrap_servers, not both."
  }
  validation {
    condition     = var.kafka_requests.msk_cluster_arn == null || can(regex("^arn:[a-z-]+:kafka:.+:cluster/.+", var.kafka_requests.msk_cluster_arn))
    error_message = "msk_cluster_arn is the ARN of an Amazon MSK cluster."
  }
  validation { # an asterisk would widen the function's rights
    condition     = can(regex("^[a-zA-Z0-9._-]{1,249}$", var.kafka_requests.topic))
    error_message = "topic is the name of one topic."
  }
  validation {
    condition     = can(regex("^[a-zA-Z0-9/:_+=.@-]{1,200}$", var.kafka_requests.consumer_group))
    error_message = "consumer_group is up to 200 letters, digits and of /:_+=.@-"
  }
  validation {
    condition = contains(
      ["SASL_SCRAM_512_AUTH", "SASL_SCRAM_256_AUTH", "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"],
      var.kafka_requests.secret_type
    )
    error_message = "secret_type is SASL_SCRAM_512_AUTH, SASL_SCRAM_256_AUTH, BASIC_AUTH or CLIENT_CERTIFICATE_TLS_AUTH."
  }
  validation {
    condition     = (length(var.kafka_requests.subnet_ids) == 0) == (length(var.kafka_requests.security_group_ids) == 0)
    error_message = "subnet_ids and security_group_ids, both or neither."
  }
}

variable "kafka_results" {
  description = <<-EOT
    Results to Kafka instead of SQS. bootstrap_servers: each host:port. security_protocol: SSL or PLAINTEXT. subnet_ids,
    security_group_ids: the network that the function has to be in to reach the brokers, with a way to the internet.
  EOT
  type = object({
    bootstrap_servers  = optional(list(string), [])
    security_protocol  = optional(string, "SSL")
    subnet_ids         = optional(list(string), [])
    security_group_ids = optional(list(string), [])
  })
  default = {}
  validation {
    condition     = contains(["SSL", "PLAINTEXT"], var.kafka_results.security_protocol)
    error_message = "security_protocol is SSL or PLAINTEXT."
  }
  validation {
    condition     = (length(var.kafka_results.subnet_ids) == 0) == (length(var.kafka_results.security_group_ids) == 0)
    error_message = "subnet_ids and security_group_ids, both or neither."
  }
}

variable "alarm_topic_arn" {
  description = "An SNS topic that is told of alarms; empty: none"
  type        = string
  default     = ""
}
