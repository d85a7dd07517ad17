data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

# The client belongs to other code; this looks after its seats only.
resource "bitwarden_client_organization_seats" "bakery" {
  organization_id     = data.bitwarden_client_organization.bakery.id
  seats               = 25
  allow_seat_purchase = true
}
