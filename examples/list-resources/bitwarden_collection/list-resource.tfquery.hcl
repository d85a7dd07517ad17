list "bitwarden_collection" "bakery" {
  provider = bitwarden

  config {
    organization_id = "7c2ddcae-5f1a-4b0e-9d3c-aa0e4f0e0d5b"
  }
}
