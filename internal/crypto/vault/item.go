// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package vault encrypts and decrypts items of a vault and reads and writes export files. An item is a decoded JSON
// object (map[string]any) with the member names that the API and the exports share; members this package does not know
// pass through untouched, so that an item survives being edited by a client older than the server.
//
// Every error is a *crypto.Error. The numbers in comments are explained in package crypto.
package vault

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"maps"
	"strconv"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// Item is an item in plain.
type Item struct {
	// Members are the members as the API has them, in plain and without "key" and "data".
	Members map[string]any
	// Key is what the members are encrypted with: the item's own key, or the organization's or user's.
	Key crypto.SymmetricKey
	// Lost are the paths of what could not be read: members that do not decrypt, now nil; URIs that are left out since
	// their checksum is missing or wrong; and "type" if it is unknown. An item that lost something is fit for lists, but
	// cannot be sealed again: that would destroy what is on the server.
	Lost []string
}

// NewItem returns an item with a key of its own.
func NewItem(members map[string]any) Item {
	return Item{Members: members, Key: crypto.NewSymmetricKey()}
}

// Open decrypts an item as the API and encrypted exports have it. The base key is the organization's, or the user's if
// the item belongs to no organization. It fails only if the item's own key does not open, or its sealed contents;
// everything else that cannot be read is listed as lost.
func Open(item map[string]any, base crypto.SymmetricKey) (Item, error) {
	opened := Item{Key: base}
	wrapped, hasKey := item["key"].(string)
	if hasKey {
		var err error
		if opened.Key, err = base.UnwrapKey(wrapped); err != nil {
			return Item{}, err
		}
	}
	blob, isBlob, err := openBlob(item, opened.Key)
	if err != nil {
		return Item{}, err
	}
	if isBlob {
		opened.Members = blob
	} else {
		opened.Members = transform(item, layout, "", func(path string, value any) any {
			text, isText := value.(string)
			plaintext, err := opened.Key.DecryptString(text)
			if !isText || err != nil {
				opened.Lost = append(opened.Lost, path)
				return nil
			}
			return plaintext
		})
		if hasKey {
			opened.dropForgedURIs()
		}
	}
	delete(opened.Members, "key")
	delete(opened.Members, "data")
	if t, isNumber := integer(opened.Members["type"]); !isNumber || typeMembers[t] == "" {
		opened.Lost = append(opened.Lost, "type")
	}
	return opened, nil
}

// Seal encrypts an item under its own key, and that under the base key; if the two are the same the members are
// directly under the base key. Opening an item with one base key and sealing it with another moves it. Checksums of
// URIs are made anew.
func (i Item) Seal(base crypto.SymmetricKey) (map[string]any, error) {
	const op = "encrypt item"
	if len(i.Lost) > 0 {
		return nil, &crypto.Error{Kind: crypto.Malformed, Op: op + " that was not read completely"}
	}
	if i.Key.IsZero() || base.IsZero() {
		return nil, &crypto.Error{Kind: crypto.InvalidKey, Op: op}
	}
	var failed error
	sealed := transform(withChecksums(i.Members), layout, "", func(path string, value any) any {
		plaintext, isText := value.(string)
		if !isText {
			failed = &crypto.Error{Kind: crypto.Malformed, Op: op + ": " + path}
			return nil
		}
		text, err := i.Key.EncryptString(plaintext)
		if err != nil {
			failed = err
		}
		return text
	})
	delete(sealed, "key")
	if !i.Key.Equal(base) {
		wrapped, err := base.WrapKey(i.Key)
		if err != nil {
			return nil, err
		}
		sealed["key"] = wrapped
	}
	if failed != nil {
		return nil, failed
	}
	return sealed, nil
}

// transform copies an item and replaces the encrypted texts, or those to be encrypted, by what f makes of them.
func transform(in map[string]any, members []member, path string, f func(path string, value any) any) map[string]any {
	out := maps.Clone(in)
	for _, m := range members {
		here := path + m.name
		switch v := in[m.name].(type) {
		case nil:
		case map[string]any:
			if m.of != nil {
				out[m.name] = transform(v, m.of, here+".", f)
			}
		case []any:
			if m.of == nil {
				continue
			}
			elements := make([]any, len(v))
			for i, element := range v {
				elements[i] = element
				if o, isObject := element.(map[string]any); isObject {
					elements[i] = transform(o, m.of, here+"["+strconv.Itoa(i)+"].", f)
				}
			}
			out[m.name] = elements
		default:
			if m.kind == secret || m.kind == private {
				out[m.name] = f(here, v)
			}
		}
	}
	return out
}

// dropForgedURIs leaves out URIs whose checksum is missing or wrong: without it a server could move an encrypted text
// from another member here, and have a password filled in elsewhere.
func (i *Item) dropForgedURIs() {
	login, _ := i.Members["login"].(map[string]any)
	uris, _ := login["uris"].([]any)
	if uris == nil {
		return
	}
	kept := []any{}
	for n, element := range uris {
		u, _ := element.(map[string]any)
		uri, hasURI := u["uri"].(string)
		sum, hasSum := u["uriChecksum"].(string)
		if hasURI && (!hasSum || subtle.ConstantTimeCompare([]byte(sum), []byte(uriChecksum(uri))) != 1) {
			i.Lost = append(i.Lost, "login.uris["+strconv.Itoa(n)+"]")
			continue
		}
		kept = append(kept, element)
	}
	login["uris"] = kept
}

// withChecksums returns the members with the checksum of every URI.
func withChecksums(members map[string]any) map[string]any {
	login, _ := members["login"].(map[string]any)
	uris, _ := login["uris"].([]any)
	if uris == nil {
		return members
	}
	members, login = maps.Clone(members), maps.Clone(login)
	summed := make([]any, len(uris))
	for i, element := range uris {
		summed[i] = element
		u, isObject := element.(map[string]any)
		if uri, isText := u["uri"].(string); isObject && isText {
			u = maps.Clone(u)
			u["uriChecksum"] = uriChecksum(uri)
			summed[i] = u
		}
	}
	login["uris"] = summed
	members["login"] = login
	return members
}

func uriChecksum(uri string) string {
	sum := sha256.Sum256([]byte(uri))
	return base64.StdEncoding.EncodeToString(sum[:])
}
