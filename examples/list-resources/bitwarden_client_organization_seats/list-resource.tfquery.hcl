# The seats of every client, for code that manages nothing else of them.
list "bitwarden_client_organization_seats" "all" {
  provider         = bitwarden
  include_resource = true
}
