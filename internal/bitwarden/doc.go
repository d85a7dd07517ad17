// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package bitwarden is the API client of the provider: plaintext domain types in, plaintext domain types out. It logs in
// once, unlocks the key ring, lists once per organization and kind, and keeps concurrent writes in order. Nothing outside
// this package sees wire JSON or ciphertext, and nothing in it knows Terraform.
//
// Methods return whole objects: where the server's answer to a write is partial or empty, the follow-up read is in here.
// In arguments a nil slice, map or pointer means "leave as it is"; an empty one means "none".
package bitwarden
