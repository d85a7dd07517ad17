data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_organization" "bakery" {
  id = data.bitwarden_client_organization.bakery.id
}

output "bakery_has_sso" {
  value = data.bitwarden_organization.bakery.abilities["use_sso"]
}
