data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_members" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

# Users without two-step login: terraform apply -invoke=action.bitwarden_revoke_members.careless
action "bitwarden_revoke_members" "careless" {
  config {
    organization_id = data.bitwarden_client_organization.bakery.id
    member_ids = [
      for member in data.bitwarden_members.bakery.members : member.id
      if member.role == "user" && member.status == "confirmed" && !member.two_step_login_enabled
    ]
  }
}
