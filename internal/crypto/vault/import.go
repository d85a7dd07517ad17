// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault

import (
	"slices"
	"strconv"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// Import is an export that is encrypted for another organization (6.5).
type Import struct {
	Collections   []EncryptedCollection
	Items         []map[string]any
	Relationships []Relationship
}

// EncryptedCollection is a collection to be made.
type EncryptedCollection struct {
	Name       string // encrypted
	ExternalID *string
}

// Relationship says by their positions that an item is in a collection.
type Relationship struct{ Item, Collection int }

// Encrypt makes an import of an export. Every item gets a key of its own, and loses what ties it to where it came from:
// ids, dates, attachments and folders. An item that is in a collection which is not in the export is Malformed.
func (e Export) Encrypt(organizationKey crypto.SymmetricKey) (Import, error) {
	var out Import
	for _, c := range e.Collections {
		name, err := organizationKey.EncryptString(c.Name)
		if err != nil {
			return Import{}, err
		}
		out.Collections = append(out.Collections, EncryptedCollection{Name: name, ExternalID: c.ExternalID})
	}
	for i, item := range e.Items {
		ids, _ := item["collectionIds"].([]any)
		for _, id := range ids {
			position := slices.IndexFunc(e.Collections, func(c Collection) bool { return c.ID == id })
			if position < 0 {
				op := "encrypt import: collection of item " + strconv.Itoa(i)
				return Import{}, &crypto.Error{Kind: crypto.Malformed, Op: op}
			}
			out.Relationships = append(out.Relationships, Relationship{Item: i, Collection: position})
		}
		sealed, err := NewItem(portable(item)).Seal(organizationKey)
		if err != nil {
			return Import{}, err
		}
		out.Items = append(out.Items, sealed)
	}
	return out, nil
}

// portable returns the members of an item that it keeps in another organization.
func portable(item map[string]any) map[string]any {
	out := map[string]any{}
	kept := []string{"type", "name", "notes", "favorite", "reprompt", "fields", "passwordHistory"}
	for _, name := range typeMembers {
		kept = append(kept, name)
	}
	for _, name := range kept {
		if v := item[name]; v != nil {
			out[name] = v
		}
	}
	return out
}
