# An organization that the account owns and that pays for itself until now.
variable "organization_id" {
  type        = string
  description = "Id of the organization that becomes a client."
}

resource "bitwarden_client_organization_link" "mill" {
  organization_id = var.organization_id

  # Its seats count against the provider's from now on.
  allow_seat_purchase = true
}
