// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
)

// Item is what the reports look at of an item that is not in the trash. Whatever prints it, it is its id.
type Item struct {
	ID                 string
	IsLogin            bool
	Username, Password string
	HasTOTP            bool
	URIs               []string
}

// Format implements fmt.Formatter, which covers every verb.
func (i Item) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "item "+i.ID) }

// hasPassword tells whether the reports on passwords count the item: a login with a password.
func (i *Item) hasPassword() bool { return i.IsLogin && i.Password != "" }

// WithPassword is how many items the reports on passwords look at.
func WithPassword(items []Item) int {
	n := 0
	for i := range items {
		if items[i].hasPassword() {
			n++
		}
	}
	return n
}

// digest stands for a password within one report.
type digest [sha256.Size]byte

// digester makes digests under a random key of its own, so that they say nothing to anybody else.
type digester struct{ mac hash.Hash }

func newDigester() digester {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	return digester{hmac.New(sha256.New, key)}
}

func (d digester) digest(password string) digest {
	d.mac.Reset()
	_, _ = io.WriteString(d.mac, password)
	return digest(d.mac.Sum(nil))
}
