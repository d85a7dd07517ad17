import {
  to = bitwarden_provider_user.helen
  identity = {
    provider_id = "3d1f0c52-7a40-4a53-9a0e-1c0f6b1d2e77"
    id          = "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d"
  }
}
