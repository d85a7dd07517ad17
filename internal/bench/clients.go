// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	organizationType = "bitwarden_client_organization"
	groupType        = "bitwarden_group"
	collectionType   = "bitwarden_collection"
	memberType       = "bitwarden_member"

	firstModule = "module.client[0]"
)

// clientFleet is many clients with collections, groups and members, a module each.
func clientFleet(s size, under []conditions) fleet {
	per := s.perClient
	modules := fmt.Sprintf(`variable "clients" {
  type    = number
  default = %d
}

module "client" {
  count  = var.clients
  source = "./client"
  number = count.index
}
`, s.clients)
	f := fleet{
		name: "clients",
		about: fmt.Sprintf("%d clients with %d collections, %d groups and %d members each",
			s.clients, per.collections, per.groups, per.members),
		seed: func(context.Context, *world) error { return nil },
		config: func(*world) map[string]string {
			return map[string]string{
				"main.tf": required + modules,
				"client/main.tf": required + fmt.Sprintf(`variable "number" {
  type = number
}

resource "bitwarden_client_organization" "this" {
  name                = "Client ${var.number}"
  plan                = "enterprise_monthly"
  seats               = %d
  owner_email         = "owner@client${var.number}.example"
  deletion_protection = false
}

resource "bitwarden_group" "this" {
  count = %d

  organization_id = bitwarden_client_organization.this.id
  name            = "Group ${count.index}"
}

resource "bitwarden_collection" "this" {
  count = %d

  organization_id = bitwarden_client_organization.this.id
  name            = "Collection ${count.index}"
  groups          = { (bitwarden_group.this[count.index %% %[2]d].id) = "manage" }
}

resource "bitwarden_member" "this" {
  count = %[4]d

  organization_id = bitwarden_client_organization.this.id
  email           = "person${count.index}@client${var.number}.example"
  groups          = [bitwarden_group.this[count.index %% %[2]d].id]
}
`, s.seats(), per.groups, per.collections, per.members),
			}
		},
		reference: map[string]string{
			"main.tf": modules,
			"client/main.tf": fmt.Sprintf(`variable "number" {
  type = number
}

resource "terraform_data" "this" {
  input = "Client ${var.number}"
}

resource "terraform_data" "group" {
  count = %d
  input = terraform_data.this.id
}

resource "terraform_data" "other" {
  count = %d
  input = [terraform_data.this.id, terraform_data.group[count.index %% %[1]d].id]
}
`, per.groups, per.collections+per.members),
		},
		meddle: func(ctx context.Context, w *world) error {
			clients, err := w.rows(ctx, "/providers/"+w.msp.ProviderID+"/organizations")
			if err != nil {
				return err
			}
			first, last := clients[0], clients[len(clients)-1]
			return errors.Join(
				w.meddleWithCollections(ctx, last.OrganizationID),
				w.msp.Admin.Put(ctx, "/providers/"+w.msp.ProviderID+"/clients/"+first.ID,
					map[string]any{"name": "Renamed", "assignedSeats": s.seats()}, nil),
			)
		},
		under: under,
	}
	if s.applied < s.clients {
		f.part = &part{
			about: fmt.Sprintf("%d of the clients", s.applied),
			args:  []string{fmt.Sprintf("-var=clients=%d", s.applied)},
			grow:  s.growClients,
			growReference: func(state string) string {
				return extend(state, s.applied, s.clients, func(_ int, module string) string { return module })
			},
		}
	}
	return f
}

// seats are those of each client: one for the owner, and some that are free.
func (s size) seats() int { return s.perClient.members + 10 }

// growClients makes the clients that were not applied, and adds them to the state.
func (s size) growClients(ctx context.Context, w *world, state string) (string, error) {
	model, err := clientIDs(state)
	if err != nil {
		return "", err
	}
	var failure error
	grown := extend(state, s.applied, s.clients, func(number int, module string) string {
		if failure != nil {
			return module
		}
		var ids []string
		if ids, failure = w.makeClient(ctx, s, number); failure != nil {
			return module
		}
		replaced := []string{
			"Client 0", fmt.Sprint("Client ", number), "@client0.", fmt.Sprintf("@client%d.", number),
		}
		for i, id := range ids {
			replaced = append(replaced, model[i], id)
		}
		return strings.NewReplacer(replaced...).Replace(module)
	})
	return grown, failure
}

// extend copies the first module's resources in a state for each further module, changed by a function.
func extend(state string, from, to int, change func(number int, module string) string) string {
	const key = `"resources": [`
	var document struct{ Resources []json.RawMessage }
	if err := json.Unmarshal([]byte(state), &document); err != nil {
		return state
	}
	var module []string
	for _, resource := range document.Resources {
		if strings.Contains(string(resource), `"module": "`+firstModule+`"`) {
			module = append(module, string(resource))
		}
	}
	model := strings.Join(module, ",")
	var added strings.Builder
	for number := from; number < to; number++ {
		copied := strings.ReplaceAll(model, firstModule, fmt.Sprintf("module.client[%d]", number))
		added.WriteString(change(number, copied) + ",")
	}
	return strings.Replace(state, key, key+added.String(), 1)
}

// instance is a resource in a state.
type instance struct {
	Index      int `json:"index_key"`
	Attributes struct {
		ID     string
		LinkID string `json:"provider_organization_id"`
	}
}

// clientIDs are the ids of everything that belongs to the first client in a state, in the order of makeClient.
func clientIDs(state string) ([]string, error) {
	var document struct {
		Resources []struct {
			Module, Type string
			Instances    []instance
		}
	}
	if err := json.Unmarshal([]byte(state), &document); err != nil {
		return nil, err
	}
	byType := map[string][]string{}
	for _, resource := range document.Resources {
		if resource.Module != firstModule {
			continue
		}
		slices.SortFunc(resource.Instances, func(a, b instance) int { return cmp.Compare(a.Index, b.Index) })
		for _, instance := range resource.Instances {
			byType[resource.Type] = append(byType[resource.Type], instance.Attributes.ID)
			if resource.Type == organizationType {
				byType[resource.Type] = append(byType[resource.Type], instance.Attributes.LinkID)
			}
		}
	}
	return slices.Concat(byType[organizationType], byType[groupType], byType[collectionType], byType[memberType]), nil
}

// makeClient makes what the configuration says of one client, as the web vault does. It returns the ids of client, link,
// groups, collections and members.
func (w *world) makeClient(ctx context.Context, s size, number int) ([]string, error) {
	client, err := w.msp.CreateClient(ctx, emulator.ClientOptions{
		Name: fmt.Sprint("Client ", number), Seats: s.seats(), OwnerEmail: fmt.Sprintf("owner@client%d.example", number),
	})
	if err != nil {
		return nil, err
	}
	groups, err := w.makeGroups(ctx, client, s.perClient.groups)
	if err != nil {
		return nil, err
	}
	ids := append([]string{client.ID, client.LinkID}, groups...)
	for i := range s.perClient.collections {
		id, err := w.makeCollection(ctx, client, fmt.Sprint("Collection ", i), groups[i%len(groups)])
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	emails := make([]string, s.perClient.members)
	for i := range emails {
		emails[i] = fmt.Sprintf("person%d@client%d.example", i, number)
	}
	for i, group := range groups {
		var invited []string
		for n := i; n < len(emails); n += len(groups) {
			invited = append(invited, emails[n])
		}
		if err := w.msp.Admin.Post(ctx, "/organizations/"+client.ID+"/users/invite", map[string]any{
			"emails": invited, "type": 2, "collections": []any{}, "groups": []string{group}, "permissions": map[string]bool{},
			"accessSecretsManager": false,
		}, nil); err != nil {
			return nil, err
		}
	}
	members, err := w.rows(ctx, "/organizations/"+client.ID+"/users")
	byEmail := map[string]string{}
	for _, m := range members {
		byEmail[m.Email] = m.ID
	}
	for _, email := range emails {
		ids = append(ids, byEmail[email])
	}
	return ids, err
}
