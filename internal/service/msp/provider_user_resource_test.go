// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	userType    = "bitwarden_provider_user"
	userAddress = userType + ".ann"
	annEmail    = "ann@provider.example"

	listUsers     = "GET /api/providers/{providerId}/users"
	inviteUsers   = "POST /api/providers/{providerId}/users/invite"
	confirmUsers  = "POST /api/providers/{providerId}/users/confirm"
	reinviteUsers = "POST /api/providers/{providerId}/users/reinvite"
	updateUser    = "PUT /api/providers/{providerId}/users/{id}"
	removeUsers   = "DELETE /api/providers/{providerId}/users"
)

func ann(attributes string) string { return user(annEmail, attributes) }

func user(email, attributes string) string {
	return fmt.Sprintf(`resource "bitwarden_provider_user" "ann" {
  email = %q
%s
}
`, email, attributes)
}

func userAction(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(userAddress, a)}}
}

func userKnown(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(userAddress, tfjsonpath.New(attribute), value)
}

// userRow is a provider user as the server has it.
type userRow struct {
	ID     string `json:"id"`
	UserID string `json:"userId"`
	Email  string `json:"email"`
	Type   int    `json:"type"`
	Status int    `json:"status"`
}

func users(t *testing.T, env *acctest.Env) map[string]userRow {
	t.Helper()
	var list struct {
		Data []userRow `json:"data"`
	}
	if err := env.MSP.Admin.Get(t.Context(), "/providers/"+env.MSP.ProviderID+"/users", &list); err != nil {
		t.Fatal(err)
	}
	rows := map[string]userRow{}
	for _, row := range list.Data {
		rows[row.Email] = row
	}
	return rows
}

// accepts lets somebody register and accept the invitation.
func accepts(t *testing.T, env *acctest.Env, email string) *emulator.Person {
	t.Helper()
	person := env.NewPerson(t, email)
	if err := env.MSP.Accept(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	return person
}

// From the invitation over the acceptance, which happens outside, to the key that opens a client.
func TestProviderUser_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	var person *emulator.Person
	config := env.Config(user("Ann@provider.example", ""))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:           config,
			ConfigPlanChecks: userAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				userKnown("provider_id", knownvalue.StringExact(env.MSP.ProviderID)),
				userKnown("email", knownvalue.StringExact("Ann@provider.example")),
				userKnown("role", knownvalue.StringExact("service_user")),
				userKnown("status", knownvalue.StringExact("invited")),
				userKnown("auto_confirm", knownvalue.Bool(true)),
				userKnown("user_id", knownvalue.Null()),
			},
		},
		{Config: config, ConfigPlanChecks: userAction(plancheck.ResourceActionNoop)},
		{
			PreConfig: func() { person = accepts(t, env, annEmail) },
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(userAddress, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(userAddress, tfjsonpath.New("status"), knownvalue.StringExact("confirmed")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				userKnown("status", knownvalue.StringExact("confirmed")),
				userKnown("user_id", knownvalue.NotNull()),
				userKnown("name", knownvalue.StringExact("ann")),
			},
			Check: func(*terraform.State) error {
				if err := person.Login(t.Context()); err != nil {
					return err
				}
				found, problems := protocolAs(t, env, person).DataSource("bitwarden_collections", map[string]any{
					"organization_id": client.ID,
				})
				if problems.HasError() || !strings.Contains(found.Value.String(), "Default collection") {
					return fmt.Errorf("the key does not open a client: %v", problems)
				}
				return nil
			},
		},
		{
			Config:           env.Config(user("Ann@provider.example", `role = "admin"`)),
			ConfigPlanChecks: userAction(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				if got := users(t, env)[annEmail]; got.Type != 0 || got.Status != 2 {
					return fmt.Errorf("the server has %+v", got)
				}
				return nil
			},
		},
		{
			ResourceName: userAddress, ImportState: true, ImportStateId: env.MSP.ProviderID + "/ANN@provider.example",
			ImportStateVerify: true,
			// The server has the address in its own letter case, and does not tell when it invited.
			ImportStateVerifyIgnore: []string{"email", "invited_at"},
		},
	}})
	if got := users(t, env); len(got) != 1 {
		t.Errorf("left after the end: %+v", got)
	}
	requests := env.Requests()
	for _, route := range []string{inviteUsers, confirmUsers, removeUsers, updateUser} {
		if got := requests.Count(route); got != 1 {
			t.Errorf("%d × %s, want 1", got, route)
		}
	}
}

func TestProviderUser_leftToPeople(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := env.Config(ann("auto_confirm = false"))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig:         func() { accepts(t, env, annEmail) },
			Config:            config,
			ConfigPlanChecks:  userAction(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{userKnown("status", knownvalue.StringExact("accepted"))},
		},
	}})
	if got := env.Requests().Count(confirmUsers); got != 0 {
		t.Errorf("%d confirmations", got)
	}
}

func TestProviderUser_fingerprint(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	person := env.NewPerson(t, annEmail)
	pinned := func(phrase string) string {
		return env.Config(ann(fmt.Sprintf("fingerprint_phrase = %q", phrase)))
	}
	wrong := pinned("alligator-banana-cherry-dough-eagle")
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: wrong},
		{
			PreConfig: func() {
				if err := env.MSP.Accept(t.Context(), person); err != nil {
					t.Error(err)
				}
			},
			Config:      wrong,
			ExpectError: regexp.MustCompile(`another phrase`),
		},
		{
			PreConfig: func() {
				if got := env.Requests().Count(confirmUsers); got != 0 {
					t.Errorf("%d confirmations of a key that is not hers", got)
				}
			},
			Config:            pinned(person.PrivateKey.Public().Fingerprint(person.ID)),
			ConfigStateChecks: []statecheck.StateCheck{userKnown("status", knownvalue.StringExact("confirmed"))},
		},
	}})
}

func TestProviderUser_importIdentity(t *testing.T) {
	t.Parallel()
	acctest.RunIdentity(t, userAddress, acctest.New(t).Config(ann("")), "provider_id", "id")
}

// removeInPortal is what somebody does in the provider portal.
func removeInPortal(t *testing.T, env *acctest.Env, email string) {
	t.Helper()
	ids := map[string]any{"ids": []string{users(t, env)[email].ID}}
	if err := env.MSP.Admin.Delete(t.Context(), "/providers/"+env.MSP.ProviderID+"/users", ids); err != nil {
		t.Error(err)
	}
}

func TestProviderUser_disappears(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.RunDisappears(t, userAddress, env.Config(ann("")), func() { removeInPortal(t, env, annEmail) })
}

func TestProviderUser_drift(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(ann(""))},
		{
			PreConfig: func() {
				path := "/providers/" + env.MSP.ProviderID + "/users/" + users(t, env)[annEmail].ID
				if err := env.MSP.Admin.Put(t.Context(), path, map[string]int{"type": 0}, nil); err != nil {
					t.Error(err)
				}
			},
			Config:            env.Config(ann("")),
			ConfigPlanChecks:  userAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{userKnown("role", knownvalue.StringExact("service_user"))},
		},
	}})
}

// Another address is another person; the letter case is not.
func TestProviderUser_replace(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(ann(""))},
		{Config: env.Config(user("ANN@provider.example", "")), ConfigPlanChecks: userAction(plancheck.ResourceActionNoop)},
		{
			Config:           env.Config(user("eve@provider.example", "")),
			ConfigPlanChecks: userAction(plancheck.ResourceActionReplace),
			Check: func(*terraform.State) error {
				if got := users(t, env); len(got) != 2 || got["eve@provider.example"].ID == "" {
					return fmt.Errorf("the server has %+v", got)
				}
				return nil
			},
		},
		{
			Config:           env.Config(user("eve@provider.example", "")),
			Taint:            []string{userAddress},
			ConfigPlanChecks: userAction(plancheck.ResourceActionReplace),
		},
	}})
}

// Everybody of a role is invited, confirmed and removed by one call each, as far as they come together.
func TestProviderUser_siblings(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	const people = 8
	config := env.Config(fmt.Sprintf(`resource "bitwarden_provider_user" "all" {
  count = %d

  email = "p${count.index}@provider.example"
  role  = count.index < 4 ? "admin" : "service_user"
}
`, people))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				for i := range people {
					accepts(t, env, fmt.Sprintf("p%d@provider.example", i))
				}
			},
			Config: config,
			Check: func(*terraform.State) error {
				for email, row := range users(t, env) {
					if row.Status != 2 {
						return fmt.Errorf("%s is not confirmed: %+v", email, row)
					}
				}
				return nil
			},
		},
	}})
	if left := users(t, env); len(left) != 1 {
		t.Errorf("left: %+v", left)
	}
	requests := env.Requests()
	invited, confirmed, removed := requests.Count(inviteUsers), requests.Count(confirmUsers), requests.Count(removeUsers)
	if invited > people/2 || confirmed > people/2 || removed > people/2 {
		t.Errorf("%d invitations, %d confirmations, %d removals for %d people", invited, confirmed, removed, people)
	}
}

// The person has accepted, the role changes, but the confirmation fails: the next apply finishes.
func TestProviderUser_partial(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(ann(""))},
		{
			PreConfig: func() {
				accepts(t, env, annEmail)
				fault := emulator.Fault{Status: 400, Body: `{"message":"No."}`, Times: 1}
				if err := env.Fail(confirmUsers, fault); err != nil {
					t.Error(err)
				}
			},
			Config:      env.Config(ann(`role = "admin"`)),
			ExpectError: regexp.MustCompile(`Could not confirm provider user`),
		},
		{
			Config:           env.Config(ann(`role = "admin"`)),
			ConfigPlanChecks: userAction(plancheck.ResourceActionUpdate),
		},
	}})
	if got := env.Requests().Count(updateUser); got != 1 {
		t.Errorf("%d changes of the role, want 1", got)
	}
}

func TestProviderUser_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(`resource "terraform_data" "inputs" {
  input = { email = "ann@provider.example", role = "admin", confirm = true }
}

resource "bitwarden_provider_user" "ann" {
  email        = terraform_data.inputs.output.email
  role         = terraform_data.inputs.output.role
  auto_confirm = terraform_data.inputs.output.confirm
}
`),
		ConfigStateChecks: []statecheck.StateCheck{userKnown("role", knownvalue.StringExact("admin"))},
	}}})
}

func TestProviderUser_protocol(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	service := env.MSP.NewServiceUser(t, "service@provider.example")
	list := users(t, env)
	self, other := list["msp@provider.example"], list["service@provider.example"]
	plan := func(prior *acctest.Object, email string, changes ...string) acctest.Problems {
		config := map[string]any{"email": email}
		if len(changes) > 0 {
			config["role"] = changes[0]
		}
		_, problems := env.Protocol(t).Plan(userType, prior, config)
		return problems
	}
	imports := func(t *testing.T, row userRow) *acctest.Object {
		t.Helper()
		byIdentity, problems := env.Protocol(t).ImportByIdentity(userType, map[string]any{
			"provider_id": env.MSP.ProviderID, "id": row.ID,
		})
		problems.WantNone(t)
		for _, id := range []string{row.ID, row.Email} {
			imported, problems := env.Protocol(t).Import(userType, env.MSP.ProviderID+"/"+id)
			problems.WantNone(t)
			if !imported.Value.Equal(byIdentity.Value) {
				t.Errorf("by %s %v, by identity %v", id, imported.Value, byIdentity.Value)
			}
		}
		return byIdentity
	}

	t.Run("who works for the provider already is imported, not invited", func(t *testing.T) {
		t.Parallel()
		plan(nil, "Service@provider.example").WantError(t, "email", "service@provider.example is provider user "+other.ID,
			`"service_user"`, env.MSP.ProviderID+"/service@provider.example")
	})
	t.Run("nobody is invited twice", func(t *testing.T) {
		t.Parallel()
		run := env.Protocol(t)
		_, problems := run.Plan(userType, nil, map[string]any{"email": "new@provider.example"})
		problems.WantNone(t)
		_, problems = run.Plan(userType, nil, map[string]any{"email": "New@provider.example"})
		problems.WantError(t, "email", "invited twice")
	})
	t.Run("two resources for one user", func(t *testing.T) {
		t.Parallel()
		imported := imports(t, other)
		run := env.Protocol(t)
		state, problems := run.Read(userType, imported)
		problems.WantNone(t)
		_, first := run.Plan(userType, nil, map[string]any{"email": "service@provider.example"})
		first.WantNone(t) // it may be tainted
		_, second := run.Plan(userType, state, map[string]any{"email": "service@provider.example"})
		second.WantError(t, "email", "used by two resources")
	})
	t.Run("the acting account stays an admin", func(t *testing.T) {
		t.Parallel()
		imported := imports(t, self)
		plan(imported, "msp@provider.example", "admin").WantNone(t)
		plan(imported, "msp@provider.example", "service_user").WantError(t, "role", "does not demote or replace itself")
		plan(imported, "other@provider.example", "admin").WantError(t, "email", "does not demote or replace itself")
		_, problems := env.Protocol(t).Plan(userType, imported, nil)
		problems.WantWarning(t, "", "The acting account stays in the provider", self.ID)
		state, _ := env.Protocol(t).Apply(userType, imported, nil)
		if state != nil || users(t, env)["msp@provider.example"].Status != 2 {
			t.Errorf("state %v, users %+v; want it forgotten, and still there", state, users(t, env))
		}
	})
	t.Run("an address that is not known yet replaces nobody", func(t *testing.T) {
		t.Parallel()
		planned, problems := env.Protocol(t).Plan(userType, imports(t, other), map[string]any{"email": acctest.Unknown})
		problems.WantNone(t)
		if got := planned.Attributes(t)["id"]; got != other.ID {
			t.Errorf("planned for %v", got)
		}
	})
	t.Run("another admin may go", func(t *testing.T) {
		t.Parallel()
		_, problems := env.Protocol(t).Plan(userType, imports(t, other), nil)
		problems.WantNone(t)
	})
	t.Run("a service user manages nobody", func(t *testing.T) {
		t.Parallel()
		_, problems := protocolAs(t, env, service).Plan(userType, nil, map[string]any{"email": "new@provider.example"})
		problems.WantError(t, "", "Could not invite provider user", "service@provider.example is a service user")
		_, problems = protocolAs(t, env, service).DataSource("bitwarden_provider_users", map[string]any{})
		problems.WantError(t, "", "Could not list provider users", "service@provider.example is a service user")
	})
	for id, words := range map[string]string{
		other.ID: "form <provider_id>/<id or email>", env.MSP.ProviderID + "/nobody@provider.example": `has the email "nobody@provider.example"`,
		"00000000-0000-4000-8000-000000000000/" + other.ID: "works for provider " + env.MSP.ProviderID,
	} {
		t.Run("importing "+id, func(t *testing.T) {
			t.Parallel()
			_, problems := env.Protocol(t).Import(userType, id)
			problems.WantError(t, "", words)
		})
	}
	for attribute, values := range map[string][]string{
		"email": {"nobody"}, "role": {"owner"}, "fingerprint_phrase": {"one-two", "One-Two-Three-Four-Five"},
	} {
		for _, value := range values {
			config := map[string]any{"email": annEmail}
			config[attribute] = value
			env.Protocol(t).Validate(userType, config).WantError(t, attribute)
		}
	}
}

// A person who gives the account another address stays the same provider user.
func TestProviderUser_movedAddress(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.MSP.NewServiceUser(t, annEmail)
	state, problems := env.Protocol(t).Import(userType, env.MSP.ProviderID+"/"+annEmail)
	problems.WantNone(t)
	answer := fmt.Sprintf(`{"object":"list","data":[{"id":%q,"userId":%q,"email":"new@provider.example","name":"ann",`+
		`"type":1,"status":2}],"continuationToken":null}`, users(t, env)[annEmail].ID, users(t, env)[annEmail].UserID)
	if err := env.Fail(listUsers, emulator.Fault{Status: 200, Body: answer}); err != nil {
		t.Fatal(err)
	}
	run := env.Protocol(t)
	state, problems = run.Read(userType, state)
	problems.WantWarning(t, "email", "new@provider.example", "replaces nobody")
	planned, problems := run.Plan(userType, state, map[string]any{"email": "new@provider.example"})
	problems.WantNone(t)
	if got := planned.Attributes(t); got["id"] != state.Attributes(t)["id"] || got["email"] != "new@provider.example" {
		t.Errorf("planned %v", got)
	}
}

func TestProviderUser_refusalsKeepTheState(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"401": 401, "403": 403, "404": 404, "500": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.MSP.NewServiceUser(t, annEmail)
			state, problems := env.Protocol(t).Import(userType, env.MSP.ProviderID+"/"+annEmail)
			problems.WantNone(t)
			if err := env.Fail(listUsers, emulator.Fault{Status: status}); err != nil {
				t.Fatal(err)
			}
			_, problems = env.Protocol(t).Read(userType, state)
			problems.WantError(t, "", "Could not read provider user")
		})
	}
}

func TestProviderUser_list(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.MSP.NewServiceUser(t, annEmail)
	listed, problems := env.Protocol(t).List(userType, map[string]any{}, true, 0)
	problems.WantNone(t)
	if len(listed) != 2 || listed[0].DisplayName != annEmail || listed[0].Identity["provider_id"] != env.MSP.ProviderID ||
		listed[0].Resource["role"] != "service_user" || listed[0].Identity["id"] != listed[0].Resource["id"] {
		t.Errorf("got %+v", listed)
	}
	found, problems := env.Protocol(t).DataSource("bitwarden_provider_users", map[string]any{})
	problems.WantNone(t)
	all, _ := found.Attributes(t)["provider_users"].([]any)
	if len(all) != 2 {
		t.Fatalf("got %v", found.Value)
	}
	first, _ := all[0].(map[string]any)
	if first["email"] != annEmail || first["role"] != "service_user" || first["status"] != "confirmed" ||
		first["name"] != "ann" || first["id"] != listed[0].Identity["id"] {
		t.Errorf("got %v", first)
	}
}

// An invitation from here has its moment in the state. One of others has none, and is sent again when it may not be old.
func TestProviderUser_resendsInvitation(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	made, problems := env.Protocol(t).Apply(userType, nil, map[string]any{"email": annEmail})
	problems.WantNone(t)
	at, err := time.Parse(time.RFC3339, fmt.Sprint(made.Attributes(t)["invited_at"]))
	if err != nil || time.Since(at) > time.Minute {
		t.Errorf("invited at %v, %v", at, err)
	}
	config := map[string]any{"email": annEmail, "resend_invitation_after": "120h"}
	kept, problems := env.Protocol(t).Apply(userType, made, config)
	problems.WantNone(t)
	if again, problems := env.Protocol(t).Plan(userType, kept, config); problems.HasError() ||
		again.Attributes(t)["invited_at"] != made.Attributes(t)["invited_at"] {
		t.Errorf("a new invitation is planned again: %v %v", again, problems)
	}

	imported, problems := env.Protocol(t).Import(userType, env.MSP.ProviderID+"/"+annEmail)
	problems.WantNone(t)
	old, problems := env.Protocol(t).Apply(userType, imported, config) // The attribute itself changes: nothing else then.
	problems.WantNone(t)
	if got := old.Attributes(t)["invited_at"]; got != nil || env.Requests().Count(reinviteUsers) != 0 {
		t.Errorf("invited at %v after %d invitations", got, env.Requests().Count(reinviteUsers))
	}
	if err := env.Fail(reinviteUsers, emulator.Fault{Status: 400, Times: 1}); err != nil {
		t.Fatal(err)
	}
	failed, problems := env.Protocol(t).Apply(userType, old, config)
	problems.WantError(t, "", "Could not invite provider user again")
	sent, problems := env.Protocol(t).Apply(userType, failed, config)
	problems.WantNone(t)
	at, err = time.Parse(time.RFC3339, fmt.Sprint(sent.Attributes(t)["invited_at"]))
	if err != nil || time.Since(at) > time.Minute || len(env.Mails(annEmail)) != 2 {
		t.Errorf("invited at %v (%v) by %d mails", at, err, len(env.Mails(annEmail)))
	}

	accepts(t, env, annEmail)
	accepted, problems := env.Protocol(t).Read(userType, old)
	problems.WantNone(t)
	planned, problems := env.Protocol(t).Plan(userType, accepted, config)
	problems.WantNone(t)
	if got := planned.Attributes(t); got["invited_at"] == acctest.Unknown || got["status"] != "confirmed" {
		t.Errorf("who has accepted is planned as %v", got)
	}
}
