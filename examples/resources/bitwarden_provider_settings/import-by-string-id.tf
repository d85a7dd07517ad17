import {
  to = bitwarden_provider_settings.msp
  id = "3d1f0c52-7a40-4a53-9a0e-1c0f6b1d2e77"
}
