data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

variable "directory_file" {
  description = "Where https://api.2fa.directory/v3/totp.json was downloaded to; null skips the report."
  type        = string
  default     = null
}

data "bitwarden_inactive_two_step_login_report" "bakery" {
  count = var.directory_file == null ? 0 : 1

  organization_id = data.bitwarden_client_organization.bakery.id
  directory_file  = var.directory_file
}
