data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_inactive_two_step_login_report" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
  directory_url   = "https://api.2fa.directory/v3/totp.json"
}

output "without_two_step_login" {
  value = data.bitwarden_inactive_two_step_login_report.bakery.items[*].id
}
