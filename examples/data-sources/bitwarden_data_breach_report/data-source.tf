data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

# Takes 2 seconds for each member.
data "bitwarden_data_breach_report" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

output "breached" {
  value = { for address in data.bitwarden_data_breach_report.bakery.addresses : address.email => address.breaches[*].name }
}
