data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

resource "bitwarden_group" "shop" {
  organization_id = data.bitwarden_client_organization.bakery.id
  name            = "Shop"
}

# Invited by the first apply. Once Sue has accepted, the next plan shows her confirmation.
resource "bitwarden_member" "sue" {
  organization_id = data.bitwarden_client_organization.bakery.id
  email           = "sue@bakery.example"
  groups          = [bitwarden_group.shop.id]
}

# Looks after people and groups, and sees no items. The custom role needs an Enterprise plan.
resource "bitwarden_member" "hans" {
  organization_id = data.bitwarden_client_organization.bakery.id
  email           = "hans@bakery.example"
  role            = "custom"
  permissions = {
    manage_users  = true
    manage_groups = true
  }
  on_destroy = "revoke"
}
