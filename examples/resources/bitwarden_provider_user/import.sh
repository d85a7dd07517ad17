# By the ids of provider and provider user.
terraform import bitwarden_provider_user.helen 3d1f0c52-7a40-4a53-9a0e-1c0f6b1d2e77/9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d

# By the id of the provider and the e-mail address.
terraform import bitwarden_provider_user.helen 3d1f0c52-7a40-4a53-9a0e-1c0f6b1d2e77/helen@msp.example
