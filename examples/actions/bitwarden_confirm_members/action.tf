data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

# Everybody who has accepted: terraform apply -invoke=action.bitwarden_confirm_members.bakery
action "bitwarden_confirm_members" "bakery" {
  config {
    organization_id = data.bitwarden_client_organization.bakery.id
  }
}
