// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

func TestKDF_Validate(t *testing.T) {
	t.Parallel()
	argon := func(iterations, memory, parallelism int) crypto.KDF {
		return crypto.KDF{
			Type: crypto.Argon2id, Iterations: iterations, MemoryMiB: memory, Parallelism: parallelism,
		}
	}
	pbkdf2 := func(iterations int) crypto.KDF { return crypto.KDF{Type: crypto.PBKDF2, Iterations: iterations} }
	accepted := map[string]crypto.KDF{
		"PBKDF2 lowest": pbkdf2(5_000), "PBKDF2 default": pbkdf2(600_000), "PBKDF2 highest": pbkdf2(2_000_000),
		"Argon2id lowest": argon(2, 16, 1), "Argon2id default": argon(6, 32, 4), "Argon2id highest": argon(10, 1024, 16),
	}
	for name, kdf := range accepted {
		if err := kdf.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	refusedKDFs := map[string]crypto.KDF{
		"zero":                    {},
		"unknown type":            {Type: 2, Iterations: 600_000, MemoryMiB: 64, Parallelism: 4},
		"negative type":           {Type: -1, Iterations: 600_000},
		"PBKDF2 too few":          pbkdf2(4_999),
		"PBKDF2 negative":         pbkdf2(-600_000),
		"PBKDF2 too many":         pbkdf2(2_000_001),
		"Argon2id too few":        argon(1, 64, 4),
		"Argon2id too many":       argon(11, 64, 4),
		"Argon2id little memory":  argon(3, 15, 4),
		"Argon2id much memory":    argon(3, 1025, 4),
		"Argon2id no lanes":       argon(3, 64, 0),
		"Argon2id too many lanes": argon(3, 64, 17),
		"Argon2id overflow":       argon(3, 64, 256+4),
	}
	for name, kdf := range refusedKDFs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, kdf.Validate(), crypto.KDFRefused)
			_, err := crypto.DeriveMasterKey("password", "salt", kdf)
			refused(t, err, crypto.KDFRefused)
			_, err = crypto.NewMasterPassword(crypto.NewSymmetricKey(), "password", "salt", kdf)
			refused(t, err, crypto.KDFRefused)
		})
	}
}

func TestNormalizeSalt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ salt, want string }{
		{" \t User@Example.TEST\r\n", "user@example.test"},
		{"ÄÖÜ@example.test", "äöü@example.test"},
		{"İ@example.test", "i\u0307@example.test"}, // as Rust and JavaScript do; strings.ToLower loses the dot
		{"ΟΔΟΣ@example.test", "οδος@example.test"}, // final sigma
		{"", ""},
	} {
		equal(t, "salt", crypto.NormalizeSalt(test.salt), test.want)
	}
}

func TestMasterKey_wrapsCOSEKey(t *testing.T) {
	t.Parallel()
	kdf := crypto.KDF{Type: crypto.PBKDF2, Iterations: 5_000}
	m := ok(crypto.DeriveMasterKey("password", "salt", kdf))(t)
	k := crypto.NewCOSEKey()
	text := ok(m.WrapUserKey(k))(t)
	equal(t, "type", text[:2], "2.")
	equalBytes(t, "user key", ok(m.UnwrapUserKey(text))(t).ExposeEncoded(), k.ExposeEncoded())

	wrong := ok(crypto.DeriveMasterKey("Password", "salt", kdf))(t)
	_, err := wrong.UnwrapUserKey(text)
	refused(t, err, crypto.WrongPassword)

	// What opens and is no user key is a wrong password too; a 32-byte key is none.
	for _, plaintext := range [][]byte{nil, make([]byte, 31), make([]byte, 32), make([]byte, 65)} {
		text := ok(m.StretchedForTest().EncryptBytes(plaintext))(t)
		_, err := m.UnwrapUserKey(text)
		refused(t, err, crypto.WrongPassword)
	}
	_, err = m.UnwrapUserKey("")
	refused(t, err, crypto.Malformed)
}
