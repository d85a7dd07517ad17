data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_organization_settings" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id

  billing_email                              = "billing@bakery.example"
  limit_collection_creation                  = true
  limit_collection_deletion                  = true
  allow_admin_access_to_all_collection_items = true
}
