data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_group" "sales" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Sales"
}

# Usually the group is one that other code manages.
data "bitwarden_group" "sales" {
  organization_id = bitwarden_group.sales.organization_id
  name            = bitwarden_group.sales.name
}

output "sales_members" {
  value = data.bitwarden_group.sales.members
}
