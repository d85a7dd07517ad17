data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

# Asks a third party, which learns 5 digits of the hash of each password.
data "bitwarden_exposed_passwords_report" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
  range_url       = "https://api.pwnedpasswords.com"
}

output "exposed" {
  value = data.bitwarden_exposed_passwords_report.bakery.items[*].id
}
