variable "clients" {
  description = "The client organizations of the provider, by a short name that never changes."

  type = map(object({
    name        = string
    plan        = string
    seats       = number
    owner_email = string

    # The groups of the client by name, and who is in them by e-mail address.
    groups = optional(map(set(string)), {})

    # The collections by name ("/" nests them), and what each group may do with their items.
    collections = optional(map(map(string)), {})

    # Everybody but the owner, by e-mail address.
    members = optional(map(object({
      role        = optional(string, "user")
      permissions = optional(map(bool))
    })), {})

    # Whether Terraform refuses to destroy the client, and what destroying does: delete it with everything in it, or unlink
    # it, which hands it to its owner. Apply these before taking the entry out.
    deletion_protection = optional(bool, true)
    on_destroy          = optional(string, "delete")
  }))
}

variable "billing_email" {
  description = "Address to which the clients' invoices and notices go."
  type        = string
}
