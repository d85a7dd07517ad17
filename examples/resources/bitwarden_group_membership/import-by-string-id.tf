import {
  to = bitwarden_group_membership.sue_in_shop
  id = "7c2ddcae-5f1a-4b0e-9d3c-aa0e4f0e0d5b/0b6c9a52-3b0f-4c56-8d43-1f6c3f7a9e21/5d0f7e64-9b1c-4a5d-8f27-3c1b2e4f6a80"
}
