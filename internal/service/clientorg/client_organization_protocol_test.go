// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// config is the least that a client needs, with changes: a nil value takes an attribute out.
func config(changes map[string]any) map[string]any {
	attributes := map[string]any{
		"name": "Acme GmbH", "plan": "enterprise_monthly", "owner_email": "ada@acme.example",
	}
	maps.Copy(attributes, changes)
	return attributes
}

func TestClientOrganization_validate(t *testing.T) {
	t.Parallel()
	protocol := acctest.NewProtocol(t)
	for name, test := range map[string]struct {
		changes   map[string]any
		attribute string
		detail    string
	}{
		"a name longer than the server takes": {
			map[string]any{"name": strings.Repeat("a", 51)}, "name", "1 to 50 characters",
		},
		"a blank name": {map[string]any{"name": "  "}, "name", "1 to 50 characters"},
		"a name that the server would show otherwise": {
			map[string]any{"name": "a &amp; b"}, "name", "without HTML entities",
		},
		"no seats":         {map[string]any{"seats": 0}, "seats", "at least 1"},
		"an unknown plan":  {map[string]any{"plan": "families"}, "plan", `"teams_monthly"`},
		"a broken address": {map[string]any{"owner_email": "ada"}, "owner_email", "e-mail address"},
		"an unknown way to destroy": {
			map[string]any{"on_destroy": "purge"}, "on_destroy", `"retain"`,
		},
		"a default collection without a name": {
			map[string]any{"default_collection_name": ""}, "default_collection_name", "at least 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			protocol.Validate(clientType, config(test.changes)).WantError(t, test.attribute, test.detail)
		})
	}
	t.Run("unknown values", func(t *testing.T) {
		t.Parallel()
		protocol.Validate(clientType, config(map[string]any{
			"name": acctest.Unknown, "plan": acctest.Unknown, "owner_email": acctest.Unknown, "seats": acctest.Unknown,
		})).WantNone(t)
	})
}

// TestClientOrganization_protocol covers what older CLIs cannot do, and plan logic, without a CLI.
func TestClientOrganization_protocol(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{
		Name: "Acme GmbH", OwnerEmail: "ada@acme.example", Seats: 5,
	})
	client.NewMember(t, "bob@acme.example", 2)
	imported, problems := env.Protocol(t).ImportByIdentity(clientType, map[string]any{"id": client.ID})
	problems.WantNone(t)

	t.Run("import by identity is import by id", func(t *testing.T) {
		t.Parallel()
		byID, problems := env.Protocol(t).Import(clientType, client.ID)
		problems.WantNone(t)
		if !byID.Value.Equal(imported.Value) {
			t.Errorf("got %v and %v", byID.Value, imported.Value)
		}
		got := imported.Attributes(t)
		if got["owner_email"] != "ada@acme.example" || got["seats"] != 5 || got["occupied_seats"] != 2 ||
			got["user_count"] != 1 || got["deletion_protection"] != true {
			t.Errorf("got %v", got)
		}
	})
	t.Run("an import of nonsense says the form", func(t *testing.T) {
		t.Parallel()
		_, problems := env.Protocol(t).Import(clientType, "Acme GmbH")
		problems.WantError(t, "", "not a UUID")
	})
	t.Run("an import of nothing is an error", func(t *testing.T) {
		t.Parallel()
		state, _ := env.Protocol(t).Import(clientType, "00000000-0000-4000-8000-000000000000")
		if state != nil {
			t.Errorf("got %v", state.Value)
		}
	})

	for name, test := range map[string]struct {
		changes   map[string]any
		attribute string
		words     []string
	}{
		"a changed plan is refused": {
			map[string]any{"plan": "teams_monthly"}, "plan", []string{"cannot become", "Set plan back"},
		},
		"fewer seats than in use are refused": {
			map[string]any{"seats": 1}, "seats", []string{"2 members", "at least 2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := env.Protocol(t).Plan(clientType, imported, config(test.changes))
			problems.WantError(t, test.attribute, test.words...)
		})
	}
	for name, test := range map[string]struct {
		changes   map[string]any
		attribute string
	}{
		"another owner is ignored with a warning":      {map[string]any{"owner_email": "eve@acme.example"}, "owner_email"},
		"another collection is ignored with a warning": {map[string]any{"default_collection_name": "X"}, "default_collection_name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned, problems := env.Protocol(t).Plan(clientType, imported, config(test.changes))
			problems.WantWarning(t, test.attribute, "only used at creation")
			if !planned.Value.Equal(imported.Value) {
				t.Errorf("planned %v", planned.Value)
			}
		})
	}
	t.Run("the letter case of the owner is no change", func(t *testing.T) {
		t.Parallel()
		planned, problems := env.Protocol(t).
			Plan(clientType, imported, config(map[string]any{"owner_email": "Ada@ACME.example"}))
		problems.WantNone(t)
		if !planned.Value.Equal(imported.Value) {
			t.Errorf("planned %v", planned.Value)
		}
	})
	t.Run("an unknown plan waits for apply", func(t *testing.T) {
		t.Parallel()
		_, problems := env.Protocol(t).Plan(clientType, imported, config(map[string]any{"plan": acctest.Unknown}))
		problems.WantNone(t)
	})
	t.Run("destruction is refused", func(t *testing.T) {
		t.Parallel()
		_, problems := env.Protocol(t).Plan(clientType, imported, nil)
		problems.WantError(t, "deletion_protection", "Acme GmbH", "deletion_protection = false", `"retain"`)
	})
}

// A refusal of the login, of the permission or by an outage must not look like a client that is gone.
func TestClientOrganization_refusalsKeepTheState(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"401": 401, "403": 403, "404": 404, "500": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
			state, problems := env.Protocol(t).Import(clientType, client.ID)
			problems.WantNone(t)
			if err := env.Fail("GET /api/providers/{providerId}/organizations", emulator.Fault{Status: status}); err != nil {
				t.Fatal(err)
			}
			_, problems = env.Protocol(t).Read(clientType, state)
			problems.WantError(t, "", "Could not read client organization")
		})
	}
}

func TestClientOrganization_gone(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example"})
	state, problems := env.Protocol(t).Import(clientType, client.ID)
	problems.WantNone(t)
	state, problems = env.Protocol(t).Apply(clientType, state, config(map[string]any{"deletion_protection": false}))
	problems.WantNone(t)
	err := env.MSP.Admin.Delete(t.Context(), "/organizations/"+client.ID,
		map[string]string{"masterPasswordHash": env.MSP.Admin.PasswordHash()})
	if err != nil {
		t.Fatal(err)
	}
	state, problems = env.Protocol(t).Read(clientType, state)
	problems.WantWarning(t, "", client.ID)
	if state != nil {
		t.Errorf("still in the state: %v", state.Value)
	}
}

// What on_destroy needs is said at plan: an owner who can take over, a provider admin.
func TestClientOrganization_unlinkPreconditions(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example"})
	service := env.MSP.NewServiceUser(t, "service@provider.example")
	state, problems := env.Protocol(t).Import(clientType, client.ID)
	problems.WantNone(t)
	state, problems = env.Protocol(t).Apply(clientType, state, config(map[string]any{
		"deletion_protection": false, "on_destroy": "unlink",
	}))
	problems.WantNone(t)
	_, problems = env.Protocol(t).Plan(clientType, state, nil)
	problems.WantError(t, "", "Could not unlink client organization", "Acme GmbH", "no confirmed owner of its own")
	if _, err := client.Join(t.Context(), env.NewPerson(t, "ada@acme.example")); err != nil {
		t.Fatal(err)
	}
	// What the same run destroys goes before the client is handed over.
	_, problems = env.Protocol(t).Plan(clientType, state, nil)
	problems.WantWarning(t, "", "loses what is destroyed with it", "Acme GmbH", "terraform state rm")
	_, problems = protocolAs(t, env, service).Plan(clientType, state, nil)
	problems.WantError(t, "", "service@provider.example is a service user", "takes a provider admin")
	if got := env.Requests().Count(unlinkClient); got != 0 {
		t.Errorf("unlinked %d times", got)
	}
}

// A wrong master password is found before anything of the client is destroyed, or something is made.
func TestClientOrganization_wrongPassword(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example", Seats: 1})
	state, problems := env.Protocol(t).Import(clientType, client.ID)
	problems.WantNone(t)
	state, problems = env.Protocol(t).Apply(clientType, state, config(map[string]any{"deletion_protection": false}))
	problems.WantNone(t)
	provider := env.ProviderConfig()
	provider["master_password"] = "not the one of this account"
	protocol := acctest.NewProtocol(t)
	protocol.Configure(provider).WantNone(t)
	_, problems = protocol.Plan(clientType, state, nil)
	problems.WantError(t, "", "Could not delete client organization", "master_password", "does not unlock")
	_, problems = protocol.Plan(clientType, nil, config(map[string]any{"name": "Bolt"}))
	problems.WantError(t, "", "Could not create client organization", "master_password", "does not unlock")
}

// Reading and changing a client takes no master password, deleting it does.
func TestClientOrganization_deleteWithoutPassword(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example"})
	protocol := acctest.NewProtocol(t)
	provider := env.ProviderConfig()
	delete(provider, "master_password")
	protocol.Configure(provider).WantNone(t)
	state, problems := protocol.Import(clientType, client.ID)
	problems.WantNone(t)
	state, problems = protocol.Apply(clientType, state, config(map[string]any{"deletion_protection": false}))
	problems.WantNone(t)
	_, problems = protocol.Plan(clientType, state, nil)
	problems.WantError(t, "", "Could not delete client organization", "master_password")
	if got := env.Requests().Count(deleteClient); got != 0 {
		t.Errorf("%d deletions were sent", got)
	}
}

func TestClientOrganization_list(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acme := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example"})
	env.MSP.NewClient(t, emulator.ClientOptions{Name: "Bolt"})

	listed, problems := env.Protocol(t).List(clientType, map[string]any{}, true, 0)
	problems.WantNone(t)
	if len(listed) != 2 {
		t.Fatalf("got %v", listed)
	}
	for _, one := range listed {
		if one.Identity["id"] != one.Resource["id"] || one.DisplayName != one.Resource["name"] {
			t.Errorf("got %+v", one)
		}
		if one.Identity["id"] == acme.ID && one.Resource["owner_email"] != "ada@acme.example" {
			t.Errorf("got %v", one.Resource)
		}
	}
	limited, problems := env.Protocol(t).List(clientType, map[string]any{}, false, 1)
	problems.WantNone(t)
	if len(limited) != 1 || limited[0].Resource != nil {
		t.Errorf("got %v, want one without its resource", limited)
	}

	if err := env.Fail("GET /api/providers/{providerId}/organizations", emulator.Fault{Status: 403}); err != nil {
		t.Fatal(err)
	}
	_, problems = env.Protocol(t).List(clientType, map[string]any{}, false, 0)
	problems.WantError(t, "", "Could not list")
}

func TestOrganizationDataSource(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acme := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 4})
	own := env.MSP.Admin.NewOrganization(t, "Own", 3)
	err := env.MSP.Admin.Put(t.Context(), "/organizations/"+acme.ID+"/collection-management", map[string]any{
		"limitCollectionCreation": true, "limitItemDeletion": true,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, problems := env.Protocol(t).DataSource("bitwarden_organization", map[string]any{"id": acme.ID})
	problems.WantNone(t)
	got := found.Attributes(t)
	abilities, _ := got["abilities"].(map[string]any)
	if got["name"] != "Acme GmbH" || got["seats"] != 4 || got["plan"] != "enterprise_monthly" ||
		got["billing_email"] != "msp@provider.example" || got["limit_collection_creation"] != true ||
		got["limit_collection_deletion"] != false || got["limit_item_deletion"] != true ||
		got["allow_admin_access_to_all_collection_items"] != false || abilities["use_policies"] != true {
		t.Errorf("got %v", got)
	}
	found, problems = env.Protocol(t).DataSource("bitwarden_organization", map[string]any{"id": own.ID})
	problems.WantNone(t)
	if got := found.Attributes(t); got["name"] != "Own" || got["seats"] != 3 {
		t.Errorf("of one's own: %v", got)
	}
	_, problems = env.Protocol(t).DataSource("bitwarden_organization", map[string]any{
		"id": "00000000-0000-4000-8000-000000000000",
	})
	problems.WantError(t, "", "Could not read organization", "does not exist")
}

func TestClientOrganizationDataSources(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acme := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 4})
	twin := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Twin"})
	env.MSP.NewClient(t, emulator.ClientOptions{Name: "Twin"})
	protocol := env.Protocol(t)

	for name, lookup := range map[string]map[string]any{
		"by id": {"id": acme.ID}, "by name": {"name": "Acme GmbH"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, problems := protocol.DataSource(clientType, lookup)
			problems.WantNone(t)
			got := found.Attributes(t)
			if got["id"] != acme.ID || got["name"] != "Acme GmbH" || got["provider_organization_id"] != acme.LinkID ||
				got["seats"] != 4 || got["plan"] != "enterprise_monthly" || got["occupied_seats"] != 1 {
				t.Errorf("got %v", got)
			}
		})
	}
	for name, test := range map[string]struct {
		lookup    map[string]any
		attribute string
		words     []string
	}{
		"no such name":      {map[string]any{"name": "acme"}, "name", []string{"Acme GmbH (" + acme.ID, "Twin ("}},
		"several of a name": {map[string]any{"name": "Twin"}, "name", []string{"Twin (" + twin.ID, "by id"}},
		"no such id":        {map[string]any{"id": "00000000-0000-4000-8000-000000000000"}, "id", []string{"Acme GmbH ("}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := protocol.DataSource(clientType, test.lookup)
			problems.WantError(t, test.attribute, test.words...)
		})
	}
	t.Run("all", func(t *testing.T) {
		t.Parallel()
		found, problems := protocol.DataSource("bitwarden_client_organizations", map[string]any{})
		problems.WantNone(t)
		all, ok := found.Attributes(t)["client_organizations"].([]any)
		if !ok || len(all) != 3 {
			t.Fatalf("got %v", found.Value)
		}
		first, _ := all[0].(map[string]any)
		if first["name"] != "Acme GmbH" || first["seats"] != 4 {
			t.Errorf("got %v first", first)
		}
	})
	if got := env.Requests().Count("GET /api/providers/{providerId}/organizations"); got > 10 {
		t.Errorf("the clients were listed %d times", got)
	}
}
