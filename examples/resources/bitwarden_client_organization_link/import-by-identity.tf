import {
  to = bitwarden_client_organization_link.mill
  identity = {
    organization_id = "6f1b9a52-3c0a-4a0e-9c9e-5a8e1b2f7d10"
  }
}
