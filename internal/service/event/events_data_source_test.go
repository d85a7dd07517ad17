// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package event_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	organizationEvents = "bitwarden_organization_events"
	providerEvents     = "bitwarden_provider_events"
	memberEvents       = "bitwarden_member_events"
	itemEvents         = "bitwarden_item_events"
)

// fixture is an organization with an owner and a group.
type fixture struct {
	*acctest.Env

	client  *emulator.Client
	owner   *emulator.Person
	ownerID string
	group   string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{Env: acctest.New(t)}
	f.client = f.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", Seats: 20})
	f.owner, f.ownerID = f.client.NewMember(t, "olivia@bakery.example", 0)
	var group struct {
		ID string `json:"id"`
	}
	f.must(t, f.owner.Post(t.Context(), "/organizations/"+f.client.ID+"/groups", map[string]any{
		"name": "Shop", "collections": []any{}, "users": []any{},
	}, &group))
	f.group = group.ID
	return f
}

func (f *fixture) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newItem lets the owner make an item, and then look at it.
func (f *fixture) newItem(t *testing.T, name string) (id, collection string) {
	t.Helper()
	f.must(t, f.owner.Put(t.Context(), "/organizations/"+f.client.ID+"/collection-management", map[string]any{
		"allowAdminAccessToAllCollectionItems": true,
	}, nil))
	var collections struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	f.must(t, f.owner.Get(t.Context(), "/organizations/"+f.client.ID+"/collections", &collections))
	collection = collections.Data[0].ID
	item, err := vault.NewItem(map[string]any{
		"type": 1, "name": name, "organizationId": f.client.ID, "login": map[string]any{"password": "s3cret-canary"},
	}).Seal(f.client.Key)
	f.must(t, err)
	var made struct {
		ID string `json:"id"`
	}
	f.must(t, f.owner.Post(t.Context(), "/ciphers/admin", map[string]any{
		"cipher": item, "collectionIds": []string{collection},
	}, &made))
	return made.ID, collection
}

// events are the events of a log as plain Go.
func events(t *testing.T, log *acctest.Object) []map[string]any {
	t.Helper()
	list, ok := log.Attributes(t)["events"].([]any)
	if !ok {
		t.Fatalf("no events in %v", log.Value)
	}
	var rows []map[string]any
	for _, element := range list {
		row, ok := element.(map[string]any)
		if !ok {
			t.Fatalf("%v is no event", element)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestOrganizationEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	log, problems := p.DataSource(organizationEvents, map[string]any{"organization_id": f.client.ID})
	problems.WantNone(t)
	rows := events(t, log)
	last := rows[0]
	for name, want := range map[string]any{
		"type": "group_created", "type_number": 1400, "actor_id": f.owner.ID, "actor_email": f.owner.Email,
		"actor_name": f.owner.Name, "group_id": f.group, "group_name": "Shop", "item_id": nil, "provider_id": nil,
	} {
		if last[name] != want {
			t.Errorf("%s of the newest event is %v, want %v", name, last[name], want)
		}
	}
	if moment, err := time.Parse(time.RFC3339, fmt.Sprint(last["date"])); err != nil || time.Since(moment) > time.Hour {
		t.Errorf("its date is %v (%v)", last["date"], err)
	}
	if log.Attributes(t)["truncated"] != false || len(rows) < 3 {
		t.Errorf("got %d events, truncated: %v", len(rows), log.Attributes(t)["truncated"])
	}
	log, problems = p.DataSource(organizationEvents, map[string]any{
		"organization_id": f.client.ID, "types": []any{"member_confirmed", "group_created"}, "max_events": 1,
		"actor_ids": []any{f.MSP.Admin.ID},
	})
	problems.WantNone(t)
	rows = events(t, log)
	if len(rows) != 1 || rows[0]["type"] != "member_confirmed" || rows[0]["member_email"] != f.owner.Email {
		t.Errorf("got %v, want the confirmation of the owner by the provider's admin", rows)
	}
	again, problems := p.DataSource(organizationEvents, map[string]any{"organization_id": f.client.ID})
	problems.WantNone(t)
	first, problems := p.DataSource(organizationEvents, map[string]any{"organization_id": f.client.ID})
	problems.WantNone(t)
	if !again.Value.Equal(first.Value) {
		t.Error("two readings of one log differ")
	}
}

// Names that the server has encrypted are decrypted only for who asks for them; secrets never.
func TestItemEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	item, collection := f.newItem(t, "Canary item")
	p := f.Protocol(t)
	for _, resolve := range []bool{false, true} {
		log, problems := p.DataSource(itemEvents, map[string]any{
			"organization_id": f.client.ID, "item_id": item, "resolve_item_names": resolve,
		})
		problems.WantNone(t)
		rows := events(t, log)
		var want any
		if resolve {
			want = "Canary item"
		}
		if len(rows) != 1 || rows[0]["type"] != "item_created" || rows[0]["item_id"] != item ||
			rows[0]["item_name"] != want || rows[0]["actor_email"] != f.owner.Email {
			t.Errorf("resolve_item_names = %v: got %v", resolve, rows)
		}
		if text := log.Value.String(); strings.Contains(text, "Canary") != resolve || strings.Contains(text, "s3cret") {
			t.Errorf("resolve_item_names = %v: the state is %s", resolve, text)
		}
	}
	_, problems := p.DataSource(itemEvents, map[string]any{
		"organization_id": f.client.ID, "item_id": "00000000-0000-4000-8000-000000000000",
	})
	problems.WantError(t, "item_id", "no log of the item")
	other := f.MSP.NewClient(t, emulator.ClientOptions{Name: "Mill"})
	_, problems = f.Protocol(t).DataSource(itemEvents, map[string]any{"organization_id": other.ID, "item_id": item})
	problems.WantError(t, "organization_id", "belongs to the organization "+f.client.ID)
	_, problems = p.DataSource(organizationEvents, map[string]any{
		"organization_id": f.client.ID, "start": "2999-01-01T00:00:00Z",
	})
	problems.WantError(t, "start", "not before end", "without end it is the end of today")
	f.must(t, f.owner.Put(t.Context(), "/organizations/"+f.client.ID+"/collections/"+collection, map[string]any{
		"groups": []any{}, "users": []any{map[string]any{"id": f.ownerID, "manage": true}},
	}, nil))
	for _, resolve := range []bool{false, true} {
		log, problems := p.DataSource(organizationEvents, map[string]any{
			"organization_id": f.client.ID, "types": []any{"collection_updated"}, "resolve_item_names": resolve,
		})
		problems.WantNone(t)
		rows := events(t, log)
		if len(rows) != 1 || rows[0]["collection_id"] != collection ||
			(rows[0]["collection_name"] == "Default collection") != resolve {
			t.Errorf("resolve_item_names = %v: got %v", resolve, rows)
		}
	}
}

func TestMemberAndProviderEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	log, problems := p.DataSource(memberEvents, map[string]any{
		"organization_id": f.client.ID, "member_id": f.ownerID, "types": []any{"group_created", "member_confirmed"},
	})
	problems.WantNone(t)
	if rows := events(t, log); len(rows) != 1 || rows[0]["group_name"] != "Shop" {
		t.Errorf("got %v of the owner, want the group that he made", rows)
	}
	log, problems = p.DataSource(providerEvents, map[string]any{"types": []any{"client_created"}})
	problems.WantNone(t)
	if rows := events(t, log); len(rows) != 1 || rows[0]["client_name"] != "Bakery Ltd" ||
		rows[0]["provider_organization_id"] != f.client.LinkID || rows[0]["actor_email"] != f.MSP.Admin.Email {
		t.Errorf("got %v of the provider, want the new client", rows)
	}
	if err := f.client.Invite(t.Context(), "late@bakery.example", 2); err != nil {
		t.Fatal(err)
	}
	p = f.Protocol(t) // The list of members was read before the invitation.
	late, problems := p.DataSource("bitwarden_member", map[string]any{
		"organization_id": f.client.ID, "email": "late@bakery.example",
	})
	problems.WantNone(t)
	_, problems = p.DataSource(memberEvents, map[string]any{
		"organization_id": f.client.ID, "member_id": late.Attributes(t)["id"],
	})
	problems.WantError(t, "member_id", "has not accepted")
}

func TestEvents_validate(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	id := "00000000-0000-4000-8000-000000000000"
	for name, test := range map[string]struct {
		attribute string
		config    map[string]any
		words     string
	}{
		"end before start": {"start", map[string]any{"start": "2026-02-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, "not before end"},
		"too long":         {"start", map[string]any{"start": "2025-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"}, "367"},
		"no instant":       {"start", map[string]any{"start": "yesterday"}, "RFC3339"},
		"no type":          {"types", map[string]any{"types": []any{"door_opened"}}, "door_opened"},
		"no types at all":  {"types", map[string]any{"types": []any{}}, "at least 1"},
		"no user id":       {"actor_ids", map[string]any{"actor_ids": []any{"ann@example.com"}}, "UUID"},
		"no events":        {"max_events", map[string]any{"max_events": 0}, "between 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for typeName, own := range map[string]map[string]any{
				organizationEvents: {"organization_id": id}, providerEvents: {},
				memberEvents: {"organization_id": id, "member_id": id},
				itemEvents:   {"organization_id": id, "item_id": id},
			} {
				maps.Copy(own, test.config)
				problems := acctest.NewProtocol(t).ValidateDataSource(typeName, own)
				problems.WantError(t, test.attribute, test.words)
			}
		})
	}
	p.ValidateDataSource(organizationEvents, map[string]any{
		"organization_id": acctest.Unknown, "start": "2026-01-01T00:00:00Z", "end": acctest.Unknown,
		"types": []any{"2599", "user_logged_in"},
	}).WantNone(t)
}

func TestOrganizationEvents_cli(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	address := "data." + organizationEvents + ".log"
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: f.Config(fmt.Sprintf(`data "bitwarden_organization_events" "log" {
  organization_id = %q
  start           = "%s"
  end             = timeadd("%[2]s", "48h")
  types           = ["group_created"]
}
`, f.client.ID, time.Now().Add(-24*time.Hour).UTC().Format(time.RFC3339))),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("events").AtSliceIndex(0).AtMapKey("group_name"),
				knownvalue.StringExact("Shop")),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("truncated"), knownvalue.Bool(false)),
		},
	}}})
}

// The page of the organization's log lists every type, since no other place does.
func TestEvents_documented(t *testing.T) {
	t.Parallel()
	description := acctest.NewProtocol(t).Schemas().DataSourceSchemas[organizationEvents].Block.Description
	names := strings.Split(description, "`")
	for _, name := range []string{"user_logged_in", "item_password_copied", "send_enabled_by_policy"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not documented", name)
		}
	}
}
