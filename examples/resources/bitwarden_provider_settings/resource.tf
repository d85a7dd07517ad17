resource "bitwarden_provider_settings" "msp" {
  name          = "Example MSP"
  business_name = "Example & Sons Ltd"
  billing_email = "billing@msp.example"
}
