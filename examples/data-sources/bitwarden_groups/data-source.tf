data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_groups" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

output "empty_groups" {
  value = [for group in data.bitwarden_groups.bakery.groups : group.name if length(group.members) == 0]
}
