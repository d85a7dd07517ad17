// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package crypto is the client-side cryptography of Bitwarden: encrypted strings, keys, key derivation, accounts, sends
// and fingerprints. It is pure: it knows neither HTTP nor the JSON of the API, and keeps no state.
//
// Secrets are held by SymmetricKey, PrivateKey, MasterKey and SendKey. None of them can be printed or marshalled; the
// few methods that give out bytes have names that start with Expose.
//
// Every error is an *Error. In the comments "2.4" and the like mean sections of the project's specification of
// Bitwarden's formats, which was checked against the official clients; the files in testdata are its known answers.
package crypto
