terraform import bitwarden_send.door 0b6c9a52-3b0f-4c56-8d43-1f6c3f7a9e21
