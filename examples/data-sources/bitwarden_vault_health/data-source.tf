data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_vault_health" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

check "passwords" {
  assert {
    condition     = data.bitwarden_vault_health.bakery.weak_password_count == 0
    error_message = "${data.bitwarden_vault_health.bakery.weak_password_count} logins of the bakery have weak passwords."
  }
}
