# Everybody who works for the provider.
list "bitwarden_provider_user" "all" {
  provider         = bitwarden
  include_resource = true
}
