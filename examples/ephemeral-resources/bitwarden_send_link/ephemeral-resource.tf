resource "bitwarden_send" "door" {
  name         = "Code of the back door"
  text_wo      = "1234"
  delete_after = "168h"
}

# It can be given to other providers and to write-only attributes, without being stored anywhere.
ephemeral "bitwarden_send_link" "door" {
  send_id = bitwarden_send.door.id
}
