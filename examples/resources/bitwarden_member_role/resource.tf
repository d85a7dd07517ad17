data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_members" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

# Whom the directory marks as helpdesk may recover accounts.
resource "bitwarden_member_role" "helpdesk" {
  for_each = {
    for member in data.bitwarden_members.bakery.members : member.email => member.id
    if startswith(coalesce(member.external_id, "none"), "helpdesk-")
  }

  organization_id = data.bitwarden_client_organization.bakery.id
  member_id       = each.value
  role            = "custom"
  permissions = {
    manage_reset_password = true
  }
}
