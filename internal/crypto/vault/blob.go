// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault

import (
	"encoding/json"
	"maps"
	"strconv"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

const (
	blobFormat  = 1   // "format_version" of the JSON
	blobVersion = "1" // "version" of what is inside
)

// sealedBlob is the text in "data" of an item whose contents are one data envelope (6.3). Only own items of v2 users
// are stored so.
type sealedBlob struct {
	FormatVersion int    `json:"format_version"`
	WrappedCEK    string `json:"wrapped_cek"`
	Envelope      string `json:"envelope"`
}

// OpenBlob opens the text in "data" of an item with the item's key.
func OpenBlob(data string, key crypto.SymmetricKey) (map[string]any, error) {
	const op = "open item's contents"
	var blob sealedBlob
	if json.Unmarshal([]byte(data), &blob) != nil {
		return nil, &crypto.Error{Kind: crypto.Malformed, Op: op}
	}
	if blob.FormatVersion != blobFormat {
		return nil, &crypto.Error{Kind: crypto.UnsupportedType, Op: op}
	}
	contentKey, err := key.UnwrapKey(blob.WrappedCEK)
	if err != nil {
		return nil, err
	}
	content, err := contentKey.OpenEnvelope(blob.Envelope, crypto.EnvelopeItem)
	if err != nil {
		return nil, err
	}
	if content["version"] != blobVersion {
		return nil, &crypto.Error{Kind: crypto.UnsupportedType, Op: op}
	}
	return content, nil
}

// openBlob returns the members of an item with a data envelope, in the shape of any other item. It reports false for
// items that have none.
func openBlob(item map[string]any, key crypto.SymmetricKey) (members map[string]any, isBlob bool, err error) {
	data, _ := item["data"].(string)
	if !hasFormatVersion(data) {
		return nil, false, nil
	}
	opened, err := OpenBlob(data, key)
	if err != nil {
		return nil, false, err
	}
	content, _ := likeJSON(opened["content"]).(map[string]any)
	typed, _ := content["typeData"].(map[string]any)
	number, _ := integer(item["type"])
	name := typeMembers[number]
	if typed == nil || name == "" || typed["type"] != name {
		return nil, false, &crypto.Error{Kind: crypto.Malformed, Op: "read item's contents"}
	}
	members = maps.Clone(item)
	for _, common := range []string{"name", "notes", "fields", "passwordHistory"} {
		members[common] = content[common]
	}
	delete(typed, "type")
	switch name {
	case "secureNote":
		rename(typed, "secureNoteType", "type")
	case "sshKey":
		rename(typed, "fingerprint", "keyFingerprint")
	case "login":
		credentials, _ := typed["fido2Credentials"].([]any)
		for _, element := range credentials {
			credential, _ := element.(map[string]any)
			if counter, isNumber := integer(credential["counter"]); isNumber {
				credential["counter"] = strconv.Itoa(counter)
			}
			if discoverable, isBool := credential["discoverable"].(bool); isBool {
				credential["discoverable"] = strconv.FormatBool(discoverable)
			}
		}
	}
	members[name] = typed
	return members, true, nil
}

// hasFormatVersion tells a data envelope from the copy of an item's members that servers also put into "data".
func hasFormatVersion(data string) bool {
	var probe struct {
		FormatVersion *int `json:"format_version"`
	}
	return json.Unmarshal([]byte(data), &probe) == nil && probe.FormatVersion != nil
}

func rename(members map[string]any, from, to string) {
	members[to] = members[from]
	delete(members, from)
}

// likeJSON turns the integers of CBOR into the numbers that JSON decodes to.
func likeJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = likeJSON(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = likeJSON(value)
		}
		return out
	case uint64:
		return float64(v)
	case int64:
		return float64(v)
	default:
		return v
	}
}
