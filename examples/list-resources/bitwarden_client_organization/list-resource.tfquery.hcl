# Every client of the provider, with what a configuration of it needs.
list "bitwarden_client_organization" "all" {
  provider         = bitwarden
  include_resource = true
}
