data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_member_access_report" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

output "reach" {
  value = { for member in data.bitwarden_member_access_report.bakery.members : member.email => member.item_count }
}
