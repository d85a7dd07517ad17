import {
  to = bitwarden_collection.tills
  identity = {
    organization_id = "7c2ddcae-5f1a-4b0e-9d3c-aa0e4f0e0d5b"
    id              = "0b6c9a52-3b0f-4c56-8d43-1f6c3f7a9e21"
  }
}
