resource "bitwarden_organization_settings" "acme" {
  organization_id = bitwarden_client_organization.acme.id

  billing_email                              = "billing@acme.example"
  limit_collection_creation                  = true
  limit_collection_deletion                  = true
  allow_admin_access_to_all_collection_items = true
}
