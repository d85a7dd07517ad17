data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_members" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

# What everybody did who has an account.
data "bitwarden_member_events" "bakery" {
  for_each = toset([for member in data.bitwarden_members.bakery.members : member.id if member.user_id != null])

  organization_id = data.bitwarden_client_organization.bakery.id
  member_id       = each.key
}
