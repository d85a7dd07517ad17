data "bitwarden_provider_events" "clients" {
  types = ["client_created", "client_linked", "client_removed"]
}

output "clients" {
  value = [for event in data.bitwarden_provider_events.clients.events : event.client_name]
}
