data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_group" "managers" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Managers"
}

resource "bitwarden_group" "shop" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Shop"
}

resource "bitwarden_collection" "shop" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Shop"
  groups = {
    (bitwarden_group.managers.id) = "manage"
    (bitwarden_group.shop.id)     = "edit"
  }
}

# A slash nests it: this is shown as "Tills" below "Shop".
resource "bitwarden_collection" "tills" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Shop/Tills"
  groups = {
    (bitwarden_group.managers.id) = "manage"
    (bitwarden_group.shop.id)     = "view_except_passwords"
  }
}
