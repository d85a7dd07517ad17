billing_email = "invoices@msp.example"

clients = {
  foundry = {
    name                = "Foundry and Sons AG"
    plan                = "enterprise_monthly"
    seats               = 9
    owner_email         = "otto@foundry.example"
    deletion_protection = false

    groups = {
      "Engineering" = ["emma@foundry.example", "frida@foundry.example"]
      "Security"    = ["ida@foundry.example"]
    }

    collections = {
      "Engineering" = { "Engineering" = "manage" }
      "Safe"        = { "Security" = "manage" }
    }

    members = {
      "emma@foundry.example"  = { role = "admin" }
      "frida@foundry.example" = {}
      "ida@foundry.example" = {
        role        = "custom"
        permissions = { manage_users = true }
      }
    }
  }
}

extra = {
  provider    = "MSP and Sons Ltd"
  helper      = "admin"
  group       = "Late shift"
  permission  = "edit"
  send        = "Code of the front door"
  password    = "planted-other-password"
  file        = "plan-2.txt"
  memberships = []
}
