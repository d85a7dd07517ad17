data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_member" "sue" {
  organization_id = data.bitwarden_client_organization.bakery.id
  email           = "sue@bakery.example"
}

resource "bitwarden_group" "sales" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Sales"
}

# Which groups have access is managed here as a whole, direct access of members one by one.
resource "bitwarden_collection" "offers" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Offers"
  groups          = { (bitwarden_group.sales.id) = "manage" }
}

resource "bitwarden_collection_access" "sue_sees_offers" {
  organization_id = data.bitwarden_client_organization.bakery.id
  collection_id   = bitwarden_collection.offers.id
  member_id       = bitwarden_member.sue.id
  permission      = "view"
}
