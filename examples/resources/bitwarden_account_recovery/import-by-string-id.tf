import {
  to = bitwarden_account_recovery.forgotten["sue@bakery.example"]
  id = "7c2ddcae-5f1a-4b0e-9d3c-aa0e4f0e0d5b/5d0f7e64-9b1c-4a5d-8f27-3c1b2e4f6a80"
}
