resource "bitwarden_client_organization" "this" {
  name                = var.name
  plan                = var.plan
  seats               = var.seats
  owner_email         = var.owner_email
  deletion_protection = var.deletion_protection
  on_destroy          = var.on_destroy
}

resource "bitwarden_organization_settings" "this" {
  organization_id = bitwarden_client_organization.this.id

  billing_email                              = var.billing_email
  limit_collection_creation                  = true
  limit_collection_deletion                  = true
  allow_admin_access_to_all_collection_items = true
}

resource "bitwarden_group" "this" {
  for_each = var.groups

  organization_id = bitwarden_client_organization.this.id
  name            = each.key
}

resource "bitwarden_collection" "this" {
  for_each = var.collections

  organization_id = bitwarden_client_organization.this.id
  name            = each.key
  groups          = { for group, permission in each.value : bitwarden_group.this[group].id => permission }

  # Before admins may see every collection, the server demands that each has a manager.
  depends_on = [bitwarden_organization_settings.this]
}

# The server invited the owner when it made the client; this takes that invitation over, so that he is confirmed too.
resource "bitwarden_member" "owner" {
  organization_id = bitwarden_client_organization.this.id
  email           = var.owner_email
  role            = "owner"
}

resource "bitwarden_member" "this" {
  for_each = var.members

  organization_id = bitwarden_client_organization.this.id
  email           = each.key
  role            = each.value.role
  permissions     = each.value.permissions
  groups          = [for name, emails in var.groups : bitwarden_group.this[name].id if contains(emails, each.key)]
}

# How safe the passwords in the client's vault are. The items are decrypted on this machine; the state gets counts and ids.
data "bitwarden_vault_health" "this" {
  organization_id = bitwarden_client_organization.this.id
}

# A warning in every plan until it is mended.
check "passwords" {
  assert {
    condition = (
      data.bitwarden_vault_health.this.weak_password_count == 0 &&
      data.bitwarden_vault_health.this.reused_password_count == 0
    )
    error_message = join(" ", [
      "${var.name} has ${data.bitwarden_vault_health.this.weak_password_count} weak and",
      "${data.bitwarden_vault_health.this.reused_password_count} reused passwords.",
    ])
  }
}
