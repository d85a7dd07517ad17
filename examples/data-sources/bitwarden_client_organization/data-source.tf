data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

output "bakery_id" {
  value = data.bitwarden_client_organization.bakery.id
}
