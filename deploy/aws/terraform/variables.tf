variable "name" {
  description = "Prefix of everything that is made"
  type        = string
  default     = "segment-relay"
}

variable "package" {
  description = "Path of function.zip (./mvnw package -Plambda)"
  type        = string
}

variable "dynamics_url" {
  description = "The organization's URL, such as https://contoso.crm4.dynamics.com"
  type        = string
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
}

variable "runtime" {
  description = "java21, or provided.al2023 for the native package"
  type        = string
  default     = "java21"
}

variable "architecture" {
  description = "arm64 or x86_64; of a native package, the one that it was built for"
  type        = string
  default     = "arm64"
}

variable "memory_size" {
  description = "MB; Lambda gives processor time in proportion"
  type        = number
  default     = 1024
}

variable "timeout" {
  description = "Seconds, 15 to 900; reading a large segment and sending its pages has to fit"
  type        = number
  default     = 120
}

variable "maximum_concurrency" {
  description = "Invocations at once, for requests and for continuations each, 2 to 1000"
  type        = number
  default     = 5
}

variable "dynamics_concurrency" {
  description = "Calls at once in all execution environments together; Dynamics refuses the 53rd"
  type        = number
  default     = 50
}

variable "dynamics_requests" {
  description = "Calls in five minutes in all execution environments together; Dynamics refuses after 6000"
  type        = number
  default     = 5400
}

variable "ready_within" {
  description = "The deadline of a request that names none"
  type        = string
  default     = "2h"
}

variable "msk_cluster_arn" {
  description = "An Amazon MSK cluster to read requests from as well; empty: none"
  type        = string
  default     = ""
}

variable "kafka_topic" {
  type    = string
  default = "segment-requests"
}

variable "alarm_topic_arn" {
  description = "An SNS topic that is told of alarms; empty: none"
  type        = string
  default     = ""
}
