# A deployment of Playlake by Terraform: the template that the CDK synthesises, wrapped as one stack.
# docs/governed-accounts.md says in which order.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "name" {
  description = "The name of the deployment, as in its settings."
  type        = string
  default     = "playlake"
}

variable "template" {
  description = "The synthesised template, such as infra/template/standard.json."
  type        = string
}

variable "template_bucket" {
  description = "A bucket of the account for the template, which is too large to be sent with the request."
  type        = string
}

variable "image_tag" {
  description = "The tag of your own images; none: the resources are made, and nothing runs."
  type        = string
  default     = "none"
}

variable "playlists" {
  description = "Playlists to snapshot: mine; or ids, URIs or links, separated by commas."
  type        = string
  default     = "mine"
}

resource "aws_s3_object" "template" {
  bucket      = var.template_bucket
  key         = "${var.name}/${filemd5(var.template)}.json"
  source      = var.template
  source_hash = filemd5(var.template)
}

resource "aws_cloudformation_stack" "playlake" {
  name         = var.name
  template_url = "https://${aws_s3_object.template.bucket}.s3.amazonaws.com/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_NAMED_IAM"]

  parameters = {
    ImageTag  = var.image_tag
    Playlists = var.playlists
  }
}

output "outputs" {
  description = "The names of buckets, queues, repositories and the secret."
  value       = aws_cloudformation_stack.playlake.outputs
}
