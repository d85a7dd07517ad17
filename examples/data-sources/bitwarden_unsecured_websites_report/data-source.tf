data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_unsecured_websites_report" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

output "unsecured" {
  value = data.bitwarden_unsecured_websites_report.bakery.found_count
}
