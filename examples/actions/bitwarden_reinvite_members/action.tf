data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

# Everybody who has not accepted yet: terraform apply -invoke=action.bitwarden_reinvite_members.bakery
action "bitwarden_reinvite_members" "bakery" {
  config {
    organization_id = data.bitwarden_client_organization.bakery.id
  }
}
