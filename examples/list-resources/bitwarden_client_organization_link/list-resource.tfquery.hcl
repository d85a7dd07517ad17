# Every client of the provider, for code that decides who is one.
list "bitwarden_client_organization_link" "all" {
  provider         = bitwarden
  include_resource = true
}
