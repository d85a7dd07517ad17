# What the example has not: the other resources that make something on the server.

variable "extra" {
  type = object({
    provider    = string
    helper      = string
    group       = string
    permission  = string
    send        = string
    password    = string
    file        = string
    memberships = set(string)
  })
}

locals {
  organization_id = module.client["foundry"].summary.organization_id
}

resource "bitwarden_provider_settings" "this" {
  business_name = var.extra.provider
}

resource "bitwarden_provider_user" "helper" {
  email = "helper@msp.example"
  role  = var.extra.helper
}

resource "bitwarden_group" "night" {
  organization_id = local.organization_id
  name            = var.extra.group
}

resource "bitwarden_member" "nora" {
  organization_id = local.organization_id
  email           = "nora@foundry.example"
}

resource "bitwarden_group_membership" "nora" {
  for_each = var.extra.memberships

  organization_id = local.organization_id
  group_id        = bitwarden_group.night.id
  member_id       = bitwarden_member.nora.id
}

resource "bitwarden_collection" "rota" {
  organization_id = local.organization_id
  name            = "Rota"
  groups          = { (bitwarden_group.night.id) = "manage" }
}

resource "bitwarden_collection_access" "nora" {
  organization_id = local.organization_id
  collection_id   = bitwarden_collection.rota.id
  member_id       = bitwarden_member.nora.id
  permission      = var.extra.permission
}

resource "bitwarden_send" "text" {
  name         = var.extra.send
  text_wo      = "planted-text"
  password_wo  = var.extra.password
  delete_after = "168h"
}

resource "bitwarden_send" "file" {
  name         = "Plan"
  file         = var.extra.file
  delete_after = "168h"
}
