terraform {
  required_providers {
    bitwarden = {
      source = "bitwarden-msp/bitwarden"
    }
  }
}
