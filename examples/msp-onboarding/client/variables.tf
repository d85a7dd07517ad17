variable "name" {
  description = "Name of the client organization, up to 50 characters."
  type        = string
}

variable "plan" {
  description = "Plan of the client organization. It cannot change later."
  type        = string
}

variable "seats" {
  description = "Seats that the provider assigns to the client."
  type        = number
}

variable "owner_email" {
  description = "Address of the person who owns the organization on the client's side."
  type        = string
}

variable "groups" {
  description = "Groups by name, with the addresses of their members."
  type        = map(set(string))
}

variable "collections" {
  description = "Collections by name, with the permission of each group by the group's name."
  type        = map(map(string))
}

variable "members" {
  description = "Members by address."
  type = map(object({
    role        = string
    permissions = optional(map(bool))
  }))
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the client."
  type        = bool
}

variable "on_destroy" {
  description = "What destroying the client does: delete or unlink."
  type        = string
}

variable "billing_email" {
  description = "Address to which the client's invoices and notices go."
  type        = string
}
