// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// object is something on the server: the type of the resource that manages it, its id, and what a configuration can say
// about it, with names instead of ids.
type object struct{ kind, id, text string }

// objects reads everything that a configuration can make, with a client that has read nothing yet.
func (s *stage) objects(t *testing.T) []object {
	t.Helper()
	c, err := bitwarden.New(bitwarden.Config{
		Server: s.URL(), ClientID: s.clientID, ClientSecret: bitwarden.NewSecret(s.clientSecret),
		MasterPassword: bitwarden.NewSecret(emulator.Password), ExtraCACerts: string(s.CAPEM()), Version: "0.0.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	names := map[string]string{} // by id
	var found []object
	add := func(kind, id, name, format string, values ...any) {
		names[id] = name
		found = append(found, object{kind, id, kind + " " + name + fmt.Sprintf(format, values...)})
	}

	provider := must(c.Provider(ctx))(t)
	names[provider.ID] = "the provider"
	found = append(found, object{text: fmt.Sprintf("provider: %+v", *provider)})
	for plan, pool := range must(c.SeatPools(ctx))(t) {
		found = append(found, object{text: fmt.Sprintf("seats of %s: %+v", plan, pool)})
	}
	for _, u := range must(c.ProviderUsers(ctx))(t) {
		add("bitwarden_provider_user", u.ID, u.Email, ": %s, %s", u.Role, u.Status)
	}
	for _, o := range must(c.Sends(ctx))(t) {
		add("bitwarden_send", o.ID, o.Name, ": %s, file %q, disabled %t, password %t, text %t", o.Type, o.FileName,
			o.Disabled, o.PasswordMark != "", o.TextDigest != "")
	}
	for _, client := range must(c.ClientOrganizations(ctx))(t) {
		organization := must(c.Organization(ctx, client.ID))(t)
		add("bitwarden_client_organization", client.ID, client.Name, ": %s, %d seats, %s, %+v", client.Plan, client.Seats,
			organization.BillingEmail, organization.Settings)
		for _, m := range must(c.Members(ctx, client.ID))(t) {
			permissions := ""
			if m.Permissions != nil {
				permissions = fmt.Sprintf("%+v", *m.Permissions)
			}
			add("bitwarden_member", m.ID, m.Email, ": %s, %s, groups %s, collections %v %s", m.Role, m.Status, m.Groups,
				m.Collections, permissions)
		}
		for _, g := range must(c.GroupsWithMembers(ctx, client.ID))(t) {
			add("bitwarden_group", g.ID, g.Name, ": members %s, collections %v", g.Members, g.Collections)
		}
		for _, o := range must(c.Collections(ctx, client.ID, bitwarden.Access{Groups: true, Members: true}))(t) {
			add("bitwarden_collection", o.ID, o.Name, ": groups %v, members %v", o.Groups, o.Members)
		}
	}

	var pairs []string
	for id, name := range names {
		pairs = append(pairs, id, name)
	}
	named := strings.NewReplacer(pairs...)
	for i := range found {
		found[i].text = sortWords(named.Replace(found[i].text))
	}
	slices.SortFunc(found, func(a, b object) int { return cmp.Compare(a.text, b.text) })
	return found
}

// sortWords puts the words of a text in order, for lists in it come in the order of their ids.
func sortWords(text string) string {
	head, rest, _ := strings.Cut(text, ": ")
	words := strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == '[' || r == ']' })
	slices.Sort(words)
	return head + ": " + strings.Join(words, " ")
}

// describe is the world as a text, one object a line.
func describe(objects []object) string {
	var b strings.Builder
	for _, o := range objects {
		b.WriteString(o.text + "\n")
	}
	return b.String()
}

// difference lists the lines that only one of two texts has, each as often as it has it more than the other.
func difference(got, want string) string {
	counts := map[string]int{}
	for line := range strings.Lines(got) {
		counts[line]++
	}
	for line := range strings.Lines(want) {
		counts[line]--
	}
	var lines []string
	for line, n := range counts {
		for ; n > 0; n-- {
			lines = append(lines, "  too much: "+line)
		}
		for ; n < 0; n++ {
			lines = append(lines, "  missing:  "+line)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// lost lists what is on the server without being in the state. What the server makes along with a client, and what was
// there before, is not ours.
func lost(objects []object, state []byte) (missing []string, err error) {
	var s struct {
		Resources []struct {
			Mode      string `json:"mode"`
			Type      string `json:"type"`
			Instances []struct {
				Status     string `json:"status"`
				Attributes struct {
					ID string `json:"id"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if len(state) > 0 {
		if err := json.Unmarshal(state, &s); err != nil {
			return nil, err
		}
	}
	known := map[[2]string]bool{}
	for _, r := range s.Resources {
		for _, instance := range r.Instances {
			known[[2]string{r.Type, instance.Attributes.ID}] = true
			if r.Type == "bitwarden_client_organization" && instance.Status == "tainted" {
				missing = append(missing, "a client is tainted: the next apply would replace it")
			}
		}
	}
	for _, o := range objects {
		notOurs := o.kind == "" || strings.HasPrefix(o.text, "bitwarden_collection Default collection:") ||
			strings.HasPrefix(o.text, "bitwarden_member "+ownerEmail+":") ||
			strings.HasPrefix(o.text, "bitwarden_provider_user "+adminEmail+":")
		if !notOurs && !known[[2]string{o.kind, o.id}] {
			missing = append(missing, o.text)
		}
	}
	return missing, nil
}

func must[V any](value V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
