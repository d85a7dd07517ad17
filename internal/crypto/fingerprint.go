// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"crypto/sha256"
	_ "embed" // for the word list
	"math/big"
	"strings"
	"sync"
)

// effWords is the long word list for passphrases of the Electronic Frontier Foundation (https://www.eff.org/dice), used
// under the Creative Commons Attribution licence. Only the dice numbers before the words are left out.
//
//go:embed eff_large_wordlist.txt
var effWords string

var fingerprintWords = sync.OnceValue(func() []string { return strings.Fields(effWords) })

// fingerprintLength is the number of words: enough for 64 bits.
const fingerprintLength = 5

// Fingerprint returns the phrase by which people compare a public key over another channel (4.5). The material says
// whose key it is: the lower-case user id, or the address of a pending device request. Some words contain a hyphen, so
// compare whole phrases. The zero value has an empty phrase.
func (p PublicKey) Fingerprint(material string) string {
	if p.IsZero() {
		return ""
	}
	words := fingerprintWords()
	prk := sha256.Sum256(p.der)
	n := new(big.Int).SetBytes(expand(prk[:], material))
	size, rest := big.NewInt(int64(len(words))), new(big.Int)
	phrase := make([]string, fingerprintLength)
	for i := range phrase {
		n.DivMod(n, size, rest)
		phrase[i] = words[rest.Int64()]
	}
	return strings.Join(phrase, "-")
}
