# Invited by the first apply. Once Helen has accepted, the next plan shows her confirmation.
resource "bitwarden_provider_user" "helen" {
  email = "helen@msp.example"
}

# An admin can do everything, so that the key is pinned to the phrase that Ada reads from her own app.
resource "bitwarden_provider_user" "ada" {
  email              = "ada@msp.example"
  role               = "admin"
  fingerprint_phrase = "alligator-banana-cherry-dough-eagle"
}
