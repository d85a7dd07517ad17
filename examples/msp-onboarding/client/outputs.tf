output "summary" {
  description = "What other configurations refer to: the ids of the client, its groups and its collections."
  value = {
    organization_id = bitwarden_client_organization.this.id
    groups          = { for name, group in bitwarden_group.this : name => group.id }
    collections     = { for name, collection in bitwarden_collection.this : name => collection.id }
  }
}
