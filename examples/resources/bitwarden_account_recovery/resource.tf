# Who has forgotten the master password, with the number of the ticket.
variable "forgotten" {
  type    = map(string) # such as { "sue@bakery.example" = "ticket 4711" }
  default = {}
}

variable "first_password" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_member" "forgotten" {
  for_each = var.forgotten

  organization_id = data.bitwarden_client_organization.bakery.id
  email           = each.key
}

# The server demands another password at the next login.
resource "bitwarden_account_recovery" "forgotten" {
  for_each = var.forgotten

  organization_id = data.bitwarden_client_organization.bakery.id
  member_id       = data.bitwarden_member.forgotten[each.key].id
  new_password_wo = var.first_password
  trigger         = each.value
}
