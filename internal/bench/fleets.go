// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// size is how large the fleets are.
type size struct {
	collections int
	clients     int
	applied     int // of these clients
	perClient   struct{ collections, groups, members int }
	members     int
	limited     int // members under the server's limits
	items       int
	latency     time.Duration
	parallelism int // the CLI's default, and
	wide        int // this
}

var fullSize = size{
	collections: 500, clients: 100, applied: 10, perClient: struct{ collections, groups, members int }{20, 10, 50},
	members: 500, limited: 300, items: 20_000,
	latency: 50 * time.Millisecond, parallelism: 10, wide: 50,
}

// conditions are those under which a step is measured.
type conditions struct {
	latency     time.Duration
	parallelism int
	limited     bool
}

// fleet is a configuration that is applied, changed from outside and destroyed.
type fleet struct {
	name      string
	about     string
	config    func(w *world) map[string]string
	reference map[string]string
	seed      func(ctx context.Context, w *world) error
	accept    func(ctx context.Context, w *world) error // lets invited people accept; nil: nobody is invited
	meddle    func(ctx context.Context, w *world) error // changes something as the web vault does
	under     []conditions
	part      *part // what is applied and destroyed; nil: everything
}

// part stands for a fleet that takes the CLI itself too long to apply: only the part is applied, once, and destroyed. For
// the plans, the rest is made by others, and the state grows by what an apply of it would have written: if it were
// anything else, the plan would not be empty.
type part struct {
	about         string
	args          []string // of the CLI
	grow          func(ctx context.Context, w *world, state string) (string, error)
	growReference func(state string) string
}

// world is what a fleet lives in: an emulator with a provider.
type world struct {
	server *emulator.Running
	msp    *emulator.MSP
	client *emulator.Client // of fleets that need only one
	groups []string
}

// fleets are those of which RESULTS.md tells.
func fleets(s size) []fleet {
	slow := []conditions{{parallelism: s.parallelism}, {latency: s.latency, parallelism: s.parallelism}}
	wide := slices.Concat(slow, []conditions{{latency: s.latency, parallelism: s.wide}})
	return []fleet{
		collectionFleet(s, slow), clientFleet(s, wide), memberFleet("members", s.members, slow), itemFleet(s, slow),
		memberFleet("limits", s.limited, []conditions{{parallelism: s.wide, limited: true}}),
	}
}

const required = `terraform {
  required_providers {
    bitwarden = {
      source = "bitwarden-msp/bitwarden"
    }
  }
}

`

// references are as many resources that do nothing.
func references(n int) map[string]string {
	return map[string]string{"main.tf": fmt.Sprintf(`resource "terraform_data" "this" {
  count = %d
  input = "Resource ${count.index}"
}
`, n)}
}

// collectionFleet is one client with many collections, each with access for a group.
func collectionFleet(s size, under []conditions) fleet {
	return fleet{
		name: "collections", about: fmt.Sprintf("%d collections in one client", s.collections),
		seed: func(ctx context.Context, w *world) error {
			err := w.openClient(ctx, 10)
			if err == nil {
				w.groups, err = w.makeGroups(ctx, w.client, 10)
			}
			return err
		},
		config: func(w *world) map[string]string {
			return map[string]string{"main.tf": required + fmt.Sprintf(`locals {
  groups = %s
}

resource "bitwarden_collection" "this" {
  count = %d

  organization_id = %q
  name            = "Department ${floor(count.index / 20)}/Collection ${count.index}"
  groups          = { (local.groups[count.index %% length(local.groups)]) = "manage" }
}
`, quoted(w.groups), s.collections, w.client.ID)}
		},
		reference: references(s.collections),
		meddle: func(ctx context.Context, w *world) error {
			return w.meddleWithCollections(ctx, w.client.ID)
		},
		under: under,
	}
}

// memberFleet is one client with many members, who are invited by one apply and confirmed by the next one.
func memberFleet(name string, n int, under []conditions) fleet {
	return fleet{
		name: name, about: fmt.Sprintf("%d members of one client", n),
		seed: func(ctx context.Context, w *world) error { return w.openClient(ctx, n+10) },
		config: func(w *world) map[string]string {
			return map[string]string{"main.tf": required + fmt.Sprintf(`resource "bitwarden_member" "this" {
  count = %d

  organization_id = %q
  email           = "person${count.index}@client.example"
}
`, n, w.client.ID)}
		},
		reference: references(n),
		accept: func(ctx context.Context, w *world) error {
			members, err := w.rows(ctx, "/organizations/"+w.client.ID+"/users")
			if err != nil {
				return err
			}
			for _, m := range members {
				if m.Type == 0 { // the owner, whom the configuration does not manage
					continue
				}
				if _, err := w.server.AcceptInvitations(ctx, m.Email, w.client.ID); err != nil {
					return err
				}
			}
			return nil
		},
		meddle: func(ctx context.Context, w *world) error {
			members, err := w.rows(ctx, "/organizations/"+w.client.ID+"/users")
			if err != nil {
				return err
			}
			members = slices.DeleteFunc(members, func(m row) bool { return m.Type == 0 })
			first, last := members[0], members[len(members)-1]
			path := "/organizations/" + w.client.ID + "/users/"
			return errors.Join(
				w.msp.Admin.Put(ctx, path+first.ID,
					map[string]any{"type": 1, "permissions": nil, "collections": []any{}, "groups": []any{}}, nil),
				w.msp.Admin.Delete(ctx, path+last.ID, nil),
			)
		},
		under: under,
	}
}

// itemFleet is one client with many items, over which every report is made that asks no service of its own.
func itemFleet(s size, under []conditions) fleet {
	reports := map[string]string{
		"vault_health": health, "weak_passwords_report": "", "reused_passwords_report": "",
		"unsecured_websites_report": "", "exposed_passwords_report": corpusFile,
		"inactive_two_step_login_report": directoryFile, "member_access_report": "",
	}
	return fleet{
		name: "reports", about: fmt.Sprintf("%d reports over %d items of one client", len(reports), s.items),
		seed: func(ctx context.Context, w *world) error {
			if err := w.openClient(ctx, 10); err != nil {
				return err
			}
			return w.importItems(ctx, 0, s.items)
		},
		config: func(w *world) map[string]string {
			var config strings.Builder
			config.WriteString(required)
			for name, files := range reports {
				fmt.Fprintf(&config, "data \"bitwarden_%s\" \"this\" {\n  organization_id = %q\n%s}\n\n", name, w.client.ID, files)
			}
			config.WriteString("output \"logins\" {\n  value = data.bitwarden_vault_health.this.login_count\n}\n")
			return map[string]string{"main.tf": config.String(), "corpus.txt": corpus(), "directory.json": directory}
		},
		reference: references(len(reports)),
		meddle:    func(ctx context.Context, w *world) error { return w.importItems(ctx, s.items, 1) },
		under:     under,
	}
}

const (
	corpusFile    = "  corpus_file = \"corpus.txt\"\n"
	directoryFile = "  directory_file = \"directory.json\"\n"
	health        = corpusFile + directoryFile
	directory     = `[["Site", {"domain": "site7.example", "documentation": "https://site7.example/help"}]]`
)

// password is bad for every fifth item.
func password(i int) string {
	if i%5 == 0 {
		return fmt.Sprintf("Summer%d!", 1990+i/5%40)
	}
	return fmt.Sprintf("vG7#qp0!%dz-wTf92Lm", i)
}

// corpus knows some of the bad passwords to be exposed.
func corpus() string {
	var lines []string
	for i := range 20 {
		lines = append(lines, fmt.Sprintf("%X:7\n", sha1.Sum([]byte(password(i*5)))))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func newWorld(ctx context.Context) (w *world, err error) {
	w = &world{}
	//nolint:contextcheck // The server lives until it is closed.
	if w.server, err = emulator.Start(emulator.Options{}); err != nil {
		return nil, err
	}
	w.msp, _, err = w.server.Sow(ctx, emulator.Seed{Provider: emulator.SeedProvider{
		Name: "Bench MSP", Admin: "terraform@msp.example", SeatMinimums: emulator.SeatMinimums{Enterprise: 100_000},
	}})
	return w, err
}

func (w *world) openClient(ctx context.Context, seats int) (err error) {
	w.client, err = w.msp.CreateClient(ctx, emulator.ClientOptions{Name: "Client", Seats: seats})
	return err
}

func (w *world) makeGroups(ctx context.Context, client *emulator.Client, n int) ([]string, error) {
	var ids []string
	for i := range n {
		var group row
		if err := w.msp.Admin.Post(ctx, "/organizations/"+client.ID+"/groups", map[string]any{
			"name": fmt.Sprint("Group ", i), "collections": []any{}, "users": []any{},
		}, &group); err != nil {
			return nil, err
		}
		ids = append(ids, group.ID)
	}
	return ids, nil
}

func (w *world) makeCollection(ctx context.Context, client *emulator.Client, name, group string) (string, error) {
	encrypted, err := client.Key.EncryptString(name)
	if err != nil {
		return "", err
	}
	var collection row
	err = w.msp.Admin.Post(ctx, "/organizations/"+client.ID+"/collections", map[string]any{
		"name": encrypted, "groups": []any{managedBy(group)}, "users": []any{},
	}, &collection)
	return collection.ID, err
}

// managedBy is a group's permission to manage a collection.
func managedBy(group string) any {
	return map[string]any{"id": group, "readOnly": false, "hidePasswords": false, "manage": true}
}

// importItems makes logins with notes and a field, each with a key of its own.
func (w *world) importItems(ctx context.Context, first, n int) error {
	const most = 2000
	var items []any
	for i := first; i < first+n; i++ {
		item, err := vault.NewItem(map[string]any{
			"type": 1, "name": fmt.Sprint("Item ", i), "notes": "Some lines of text that nobody needs here.",
			"fields": []any{map[string]any{"type": 1, "name": "PIN", "value": "1234"}},
			"login": map[string]any{
				"username": fmt.Sprintf("user.%d@client.example", i), "password": password(i),
				"uris": []any{map[string]any{"uri": fmt.Sprintf("https://site%d.example/login", i%500)}},
			},
		}).Seal(w.client.Key)
		if err != nil {
			return err
		}
		items = append(items, item)
		if len(items) < most && i < first+n-1 {
			continue
		}
		if err := w.msp.Admin.Post(ctx, "/ciphers/import-organization?organizationId="+w.client.ID, map[string]any{
			"collections": []any{}, "ciphers": items, "collectionRelationships": []any{},
		}, nil); err != nil {
			return err
		}
		items = nil
	}
	return nil
}

// meddleWithCollections lets another group manage a collection, and deletes another one.
func (w *world) meddleWithCollections(ctx context.Context, organizationID string) error {
	groups, err := w.rows(ctx, "/organizations/"+organizationID+"/groups/details")
	if err != nil {
		return err
	}
	path := "/organizations/" + organizationID + "/collections/"
	return errors.Join(
		w.msp.Admin.Put(ctx, path+groups[0].Collections[0].ID, map[string]any{
			"name": nil, "externalId": nil, "users": []any{},
			"groups": []any{managedBy(groups[1].ID)},
		}, nil),
		w.msp.Admin.Delete(ctx, path+groups[0].Collections[1].ID, nil),
	)
}

// row is an element of one of the server's lists.
type row struct {
	ID, OrganizationID, Email string
	Type                      int
	Collections               []struct{ ID string }
}

func (w *world) rows(ctx context.Context, path string) ([]row, error) {
	var list struct{ Data []row }
	err := w.msp.Admin.Get(ctx, path, &list)
	return list.Data, err
}

func quoted(texts []string) string {
	var all []string
	for _, text := range texts {
		all = append(all, fmt.Sprintf("%q", text))
	}
	return "[" + strings.Join(all, ", ") + "]"
}
