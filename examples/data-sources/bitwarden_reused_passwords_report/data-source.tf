data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_reused_passwords_report" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

# Ids of the items that share a password, one list for each password.
output "reused" {
  value = values({ for item in data.bitwarden_reused_passwords_report.bakery.items : item.group => item.id... })
}
