data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_collection" "default" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Default collection"
  include_access  = true
}

output "default_collection_groups" {
  value = data.bitwarden_collection.default.groups
}
