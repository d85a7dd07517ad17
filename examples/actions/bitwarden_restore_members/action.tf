data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

data "bitwarden_members" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
}

# Who is back from leave: terraform apply -invoke=action.bitwarden_restore_members.returned
action "bitwarden_restore_members" "returned" {
  config {
    organization_id = data.bitwarden_client_organization.bakery.id
    member_ids = [
      for member in data.bitwarden_members.bakery.members : member.id
      if contains(["sue@bakery.example", "tom@bakery.example"], member.email)
    ]
  }
}
