data "bitwarden_sends" "all" {}

output "sends_without_password" {
  value = [for s in data.bitwarden_sends.all.sends : s.name if !s.has_password && s.status == "active"]
}
