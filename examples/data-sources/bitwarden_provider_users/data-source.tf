data "bitwarden_provider_users" "all" {}

output "provider_admins" {
  value = [for user in data.bitwarden_provider_users.all.provider_users : user.id if user.role == "admin"]
}
