data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_member" "sue" {
  organization_id = data.bitwarden_client_organization.bakery.id
  email           = "sue@bakery.example"
}

# The group has no list of members here: people or a directory may put others into it.
resource "bitwarden_group" "shop" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Shop"
}

resource "bitwarden_group_membership" "sue_in_shop" {
  organization_id = data.bitwarden_client_organization.bakery.id
  group_id        = bitwarden_group.shop.id
  member_id       = bitwarden_member.sue.id
}
