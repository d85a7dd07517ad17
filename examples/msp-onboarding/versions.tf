terraform {
  required_version = ">= 1.11"

  required_providers {
    bitwarden = {
      source = "bitwarden-msp/bitwarden"
    }
  }
}

# Who logs in comes from the environment: BW_CLIENTID, BW_CLIENTSECRET and BW_PASSWORD.
provider "bitwarden" {}
