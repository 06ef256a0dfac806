# What Dynamics allows counts for all execution environments together, so that each has its share. The variables'
# validations see to it that a share is no less than one.
locals {
  environment_concurrency = floor(var.dynamics_concurrency / var.reserved_concurrency)
  environment_requests    = floor(var.dynamics_requests / var.reserved_concurrency)
  environment_seconds     = floor(var.dynamics_execution_seconds / var.reserved_concurrency)
}
