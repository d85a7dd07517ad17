data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_collections" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
  include_access  = true
}

output "collections_without_manager" {
  value = [
    for collection in data.bitwarden_collections.bakery.collections : collection.id
    if !contains(concat(values(collection.groups), values(collection.members)), "manage")
  ]
}
