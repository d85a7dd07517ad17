data "bitwarden_client_organizations" "all" {}

# Clients that are about to run out of seats.
output "full" {
  value = [
    for c in data.bitwarden_client_organizations.all.client_organizations : c.name
    if c.seats - c.occupied_seats < 2
  ]
}
