terraform {
  required_providers {
    bitwarden = {
      source = "bitwarden-msp/bitwarden"
    }
  }
}

# The personal API key logs in, the master password unlocks the keys. In CI, leave the block empty and set BW_CLIENTID,
# BW_CLIENTSECRET and BW_PASSWORD.
provider "bitwarden" {
  server          = "eu"
  client_id       = "user.2c5f1f0e-7d0b-4c62-9c8e-0d2a4f9b6f11"
  client_secret   = var.bitwarden_client_secret
  master_password = var.bitwarden_master_password
}

variable "bitwarden_client_secret" {
  description = "Client secret of the personal API key."
  type        = string
  sensitive   = true
}

variable "bitwarden_master_password" {
  description = "Master password of the account."
  type        = string
  sensitive   = true
}
