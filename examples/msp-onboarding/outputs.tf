output "clients" {
  description = "Ids of every client, its groups and its collections."
  value       = { for key, client in module.client : key => client.summary }
}
