data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_group" "shop" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Shop"
}

data "bitwarden_unmanaged_objects" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
  member_ids      = []
  group_ids       = [bitwarden_group.shop.id]
}

check "owners" {
  assert {
    condition     = alltrue([for member in data.bitwarden_unmanaged_objects.bakery.members : member.role != "owner"])
    error_message = "The bakery has owners who are not in code."
  }
}
