data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_member" "sue" {
  organization_id = data.bitwarden_client_organization.bakery.id
  email           = "sue@bakery.example"
}

# Access to collections is declared on the collections: see bitwarden_collection.
resource "bitwarden_group" "shop" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Shop"
  members         = [bitwarden_member.sue.id]
}
