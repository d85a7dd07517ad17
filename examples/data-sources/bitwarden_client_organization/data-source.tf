data "bitwarden_client_organization" "acme" {
  name = "Acme GmbH"
}

output "acme_id" {
  value = data.bitwarden_client_organization.acme.id
}
