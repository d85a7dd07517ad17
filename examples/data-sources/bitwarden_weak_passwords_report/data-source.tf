data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_weak_passwords_report" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

output "very_weak" {
  value = [for item in data.bitwarden_weak_passwords_report.bakery.items : item.id if item.strength == "very_weak"]
}
