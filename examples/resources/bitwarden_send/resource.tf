variable "door_code" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "1234"
}

# A file is sent by file = "path" instead of text_wo, by an account with premium.
resource "bitwarden_send" "door" {
  name             = "Code of the back door"
  text_wo          = var.door_code
  hidden           = true
  password_wo      = "the name of the cat"
  max_access_count = 3
  delete_after     = "168h"
}

# The link opens the Send, so it is sensitive, and in the state.
output "door_link" {
  value     = bitwarden_send.door.link
  sensitive = true
}
