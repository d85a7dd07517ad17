list "bitwarden_send" "all" {
  provider = bitwarden
}
