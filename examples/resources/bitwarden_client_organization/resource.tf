resource "bitwarden_client_organization" "acme" {
  name        = "Acme GmbH"
  plan        = "enterprise_monthly"
  seats       = 25
  owner_email = "it@acme.example"

  # What exceeds the seats that the provider has paid for is bought.
  allow_seat_purchase = true
}

# A client on trial: its seats are managed elsewhere, and destroying the resource leaves it alone.
resource "bitwarden_client_organization" "trial" {
  name                    = "Bolt & Sons"
  plan                    = "teams_monthly"
  owner_email             = "owner@bolt.example"
  default_collection_name = "Shared"

  deletion_protection = false
  on_destroy          = "retain"
}
