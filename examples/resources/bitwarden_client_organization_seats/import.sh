# By the id of the organization.
terraform import bitwarden_client_organization_seats.bakery 6f1b9a52-3c0a-4a0e-9c9e-5a8e1b2f7d10
