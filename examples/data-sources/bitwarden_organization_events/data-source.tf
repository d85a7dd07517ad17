data "bitwarden_client_organization" "bakery" {
  name = "Bakery Ltd"
}

# Who opened up access in the last 30 days.
data "bitwarden_organization_events" "bakery" {
  organization_id = data.bitwarden_client_organization.bakery.id
  types           = ["member_invited", "member_confirmed", "member_updated", "collection_created"]
}

output "changes" {
  value = [for event in data.bitwarden_organization_events.bakery.events : "${event.type} by ${coalesce(event.actor_email, event.system_actor, "somebody")}"]
}
