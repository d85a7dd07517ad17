billing_email = "billing@msp.example"

clients = {
  foundry = {
    name                = "Foundry AG"
    plan                = "enterprise_monthly"
    seats               = 8
    owner_email         = "otto@foundry.example"
    deletion_protection = false
    on_destroy          = "unlink"

    groups = {
      "Engineering" = ["emma@foundry.example", "erik@foundry.example"]
      "IT"          = ["ida@foundry.example"]
    }

    collections = {
      "Engineering"    = { "Engineering" = "edit", "IT" = "manage" }
      "Infrastructure" = { "IT" = "manage" }
    }

    members = {
      "emma@foundry.example" = {}
      "erik@foundry.example" = {}
      "ida@foundry.example" = {
        role        = "custom"
        permissions = { manage_users = true, manage_groups = true }
      }
    }
  }
}

extra = {
  provider    = "MSP Ltd"
  helper      = "service_user"
  group       = "Night shift"
  permission  = "view"
  send        = "Code of the back door"
  password    = "planted-password"
  file        = "plan.txt"
  memberships = ["nora"]
}
