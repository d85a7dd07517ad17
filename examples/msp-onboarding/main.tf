# One provider block serves every client: each resource says by organization_id which client it belongs to.
module "client" {
  source   = "./client"
  for_each = var.clients

  name                = each.value.name
  plan                = each.value.plan
  seats               = each.value.seats
  owner_email         = each.value.owner_email
  groups              = each.value.groups
  collections         = each.value.collections
  members             = each.value.members
  deletion_protection = each.value.deletion_protection
  on_destroy          = each.value.on_destroy
  billing_email       = var.billing_email
}
