import {
  to = bitwarden_collection_access.sue_sees_offers
  identity = {
    organization_id = "7c2ddcae-5f1a-4b0e-9d3c-aa0e4f0e0d5b"
    collection_id   = "2f9e4c11-7d3a-4e86-b1c5-6a8d0e2f4b93"
    member_id       = "5d0f7e64-9b1c-4a5d-8f27-3c1b2e4f6a80" # or group_id = "..." for a group's access
  }
}
