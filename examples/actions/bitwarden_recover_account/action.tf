variable "new_password" {
  type      = string
  sensitive = true
}

data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_member" "sue" {
  organization_id = data.bitwarden_client_organization.bakery.id
  email           = "sue@bakery.example"
}

# Sue has forgotten her master password: terraform apply -invoke=action.bitwarden_recover_account.sue
action "bitwarden_recover_account" "sue" {
  config {
    organization_id = data.bitwarden_client_organization.bakery.id
    member_id       = bitwarden_member.sue.id
    new_password    = var.new_password
  }
}
