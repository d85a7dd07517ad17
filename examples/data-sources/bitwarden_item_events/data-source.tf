data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

variable "item_id" {
  description = "The item that somebody may have copied; null when there is none to look at."
  type        = string
  default     = null
}

data "bitwarden_item_events" "suspicious" {
  count = var.item_id == null ? 0 : 1

  organization_id = data.bitwarden_client_organization.bakery.id
  item_id         = var.item_id
  types           = ["item_viewed", "item_password_viewed", "item_password_copied", "item_autofilled"]
}
