data "bitwarden_provider" "this" {}

output "acting_as" {
  value = "${data.bitwarden_provider.this.account.email} for ${data.bitwarden_provider.this.name}"
}
