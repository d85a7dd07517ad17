data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_member" "grace" {
  organization_id = data.bitwarden_client_organization.bakery.id
  email           = "grace@bakery.example"
}

# Usually the member is one that other code or a directory manages.
data "bitwarden_member" "grace" {
  organization_id = bitwarden_member.grace.organization_id
  email           = bitwarden_member.grace.email
}

output "grace_role" {
  value = data.bitwarden_member.grace.role
}
