data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_members" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

output "without_two_step_login" {
  value = [for member in data.bitwarden_members.bakery.members : member.id if !member.two_step_login_enabled]
}
