billing_email = "billing@msp.example"

clients = {
  bakery = {
    name        = "Bakery Ltd"
    plan        = "teams_monthly"
    seats       = 5
    owner_email = "olivia@bakery.example"

    groups = {
      "Shop"     = ["sam@bakery.example", "sue@bakery.example"]
      "Accounts" = ["sue@bakery.example"]
    }

    collections = {
      "Shop"             = { "Shop" = "edit", "Accounts" = "view" }
      "Accounts"         = { "Accounts" = "manage" }
      "Accounts/Banking" = { "Accounts" = "manage" }
    }

    members = {
      "sam@bakery.example" = {}
      "sue@bakery.example" = {}
    }
  }

  foundry = {
    name        = "Foundry AG"
    plan        = "enterprise_monthly"
    seats       = 8
    owner_email = "otto@foundry.example"

    groups = {
      "Engineering" = ["emma@foundry.example", "erik@foundry.example"]
      "IT"          = ["ida@foundry.example"]
    }

    collections = {
      "Engineering"         = { "Engineering" = "edit", "IT" = "manage" }
      "Engineering/Furnace" = { "Engineering" = "view_except_passwords", "IT" = "manage" }
      "Infrastructure"      = { "IT" = "manage" }
    }

    members = {
      "emma@foundry.example" = {}
      "erik@foundry.example" = {}
      "ida@foundry.example"  = { role = "admin" }
      "hans@foundry.example" = {
        role        = "custom"
        permissions = { manage_users = true, manage_groups = true }
      }
    }
  }
}
