// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
)

// Item is what the health reports look at of a vault item: decrypted, and never printed but by its id.
type Item struct {
	ID          string
	Name        string
	IsLogin     bool
	Collections []string // Collection ids.
	Username    string
	Password    string
	HasTOTP     bool
	URIs        []string
}

// Format implements fmt.Formatter: whatever the verb, an item is its id.
func (i Item) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "item "+i.ID) }

// Items are the items of an organization without those in the trash, sorted by id.
type Items struct {
	Items []Item
	// Unreadable are the ids of items of which something does not decrypt with the organization's key, sorted. Those of
	// which a part can be read are among Items as well.
	Unreadable []string

	rated  slot
	scores []int
}

// Scores rates each item, once per run: whoever asks first lets rate run, all others share what it returns, and nobody
// changes it. Rating passwords takes longer than anything else that reports do. Scores say little about a password, so
// they may stay in memory as long as the items.
func (i *Items) Scores(ctx context.Context, rate func(context.Context) ([]int, error)) (scores []int, err error) {
	err = i.rated.read(ctx, func(ctx context.Context) (func(), error) {
		rated, err := rate(ctx)
		return func() { i.scores = rated }, err
	}, func() { scores = i.scores })
	return scores, err
}

// itemCache holds the items of an organization.
type itemCache struct {
	slot  slot
	items *Items
}

// wireItem is the part of an item that is looked at. Everything else of an answer, which is most of it, is skipped.
type wireItem struct {
	ID          string          `json:"id"`
	Type        int             `json:"type"`
	Name        string          `json:"name"`
	Key         *string         `json:"key"`
	Data        *string         `json:"data"`
	DeletedDate json.RawMessage `json:"deletedDate"`
	Collections []string        `json:"collectionIds"`
	Login       *wireLogin      `json:"login"`
}

type wireLogin struct {
	Username *string   `json:"username"`
	Password *string   `json:"password"`
	TOTP     *string   `json:"totp"`
	URIs     []wireURI `json:"uris"`
}

type wireURI struct {
	URI      *string `json:"uri"`
	Checksum *string `json:"uriChecksum"`
}

// typeLogin is the server's number (CipherType).
const typeLogin = 1

// Items decrypts all items of an organization, those in its members' own collections included: one request per run,
// shared (GET /ciphers/organization-details). The slices are shared: do not change them.
func (c *Client) Items(ctx context.Context, organizationID string) (*Items, error) {
	o := c.organization(organizationID)
	var items *Items
	err := o.items.slot.read(ctx, func(ctx context.Context) (func(), error) {
		key, err := c.organizationKey(ctx, organizationID)
		if err != nil {
			return nil, err
		}
		reader := itemReader{key: key}
		err = c.do(ctx, &call{
			method: http.MethodGet, route: "/ciphers/organization-details?includeMemberItems=true&organizationId={id}",
			args: []string{organizationID}, into: &reader,
		})
		return func() { o.items.items = &reader.items }, c.unreachable(ctx, organizationID, err)
	}, func() { items = o.items.items })
	return items, err
}

// itemReader decrypts an answer item by item, so that of each only the small part that the reports need is kept.
type itemReader struct {
	key   crypto.SymmetricKey
	items Items
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *itemReader) UnmarshalJSON(data []byte) error {
	r.items.Items, r.items.Unreadable = nil, nil // a broken answer may have come before
	var list struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(list.Data))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		var row wireItem
		if err := decoder.Decode(&row); err != nil {
			return err
		}
		if len(row.DeletedDate) == 0 || string(row.DeletedDate) == "null" {
			r.add(&row)
		}
	}
	slices.SortFunc(r.items.Items, func(a, b Item) int { return strings.Compare(a.ID, b.ID) })
	slices.Sort(r.items.Unreadable)
	return nil
}

func (r *itemReader) add(row *wireItem) {
	opened, err := vault.Open(row.members(), r.key)
	if err != nil {
		r.items.Unreadable = append(r.items.Unreadable, row.ID)
		return
	}
	if len(opened.Lost) > 0 {
		r.items.Unreadable = append(r.items.Unreadable, row.ID)
	}
	item := Item{
		ID: row.ID, Name: text(opened.Members["name"]), IsLogin: row.Type == typeLogin, Collections: row.Collections,
	}
	if login, ok := opened.Members["login"].(map[string]any); ok {
		item.Username, item.Password = text(login["username"]), text(login["password"])
		item.HasTOTP = text(login["totp"]) != ""
		uris, _ := login["uris"].([]any)
		for _, element := range uris {
			object, _ := element.(map[string]any)
			if uri := text(object["uri"]); uri != "" {
				item.URIs = append(item.URIs, uri)
			}
		}
	}
	r.items.Items = append(r.items.Items, item)
}

// members is the item in the form that package vault takes.
func (w *wireItem) members() map[string]any {
	members := map[string]any{"type": float64(w.Type)}
	put(members, "name", &w.Name)
	put(members, "key", w.Key)
	put(members, "data", w.Data)
	if w.Login != nil {
		login := map[string]any{}
		put(login, "username", w.Login.Username)
		put(login, "password", w.Login.Password)
		put(login, "totp", w.Login.TOTP)
		uris := make([]any, 0, len(w.Login.URIs))
		for _, u := range w.Login.URIs {
			object := map[string]any{}
			put(object, "uri", u.URI)
			put(object, "uriChecksum", u.Checksum)
			uris = append(uris, object)
		}
		login["uris"] = uris
		members["login"] = login
	}
	return members
}

func put(members map[string]any, name string, value *string) {
	if value != nil && *value != "" {
		members[name] = *value
	}
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
