// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
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
	memberType = "bitwarden_member"
	address    = memberType + ".sue"
	sueEmail   = "sue@bakery.example"

	listMembers   = "GET /api/organizations/{orgId}/users"
	inviteMembers = "POST /api/organizations/{orgId}/users/invite"
	updateMember  = "PUT /api/organizations/{orgId}/users/{id}"
	confirm       = "POST /api/organizations/{orgId}/users/confirm"
	removeMember  = "DELETE /api/organizations/{orgId}/users/{id}"
	revokeMember  = "PUT /api/organizations/{orgId}/users/{id}/revoke"
	restoreMember = "PUT /api/organizations/{orgId}/users/{id}/restore/vnext"
)

// Plan types of clients.
const teams = 17

// Roles and statuses as the server numbers them.
const (
	ownerRole = 0
	adminRole = 1
	userRole  = 2

	revoked   = -1
	invited   = 0
	accepted  = 1
	confirmed = 2
)

// fixture is an organization with a confirmed owner.
type fixture struct {
	*acctest.Env

	client       *emulator.Client
	owner        *emulator.Person
	ownerID      string // as a member
	organization string
}

func newFixture(t *testing.T, planType int) *fixture {
	t.Helper()
	f := &fixture{Env: acctest.New(t)}
	f.owner = f.NewPerson(t, "olivia@bakery.example")
	f.client = f.MSP.NewClient(t, emulator.ClientOptions{
		Name: "Bakery Ltd", PlanType: planType, Seats: 30, OwnerEmail: f.owner.Email,
	})
	f.organization = f.client.ID
	var err error
	if f.ownerID, err = f.client.Join(t.Context(), f.owner); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) path(suffix string) string { return "/organizations/" + f.organization + suffix }

// row is a member as the server has it.
type row struct {
	ID          string          `json:"id"`
	Email       string          `json:"email"`
	Type        int             `json:"type"`
	Status      int             `json:"status"`
	Permissions map[string]bool `json:"permissions"`
	Groups      []string        `json:"groups"`
	Collections []edge          `json:"collections"`
}

type edge struct {
	ID       string `json:"id"`
	ReadOnly bool   `json:"readOnly"`
	Manage   bool   `json:"manage"`
}

func (f *fixture) members(t *testing.T) []row {
	t.Helper()
	var list struct {
		Data []row `json:"data"`
	}
	err := f.MSP.Admin.Get(t.Context(), f.path("/users?includeGroups=true&includeCollections=true"), &list)
	if err != nil {
		t.Fatal(err)
	}
	return list.Data
}

// find returns the only member with an address.
func (f *fixture) find(t *testing.T, email string) row {
	t.Helper()
	rows := slices.DeleteFunc(f.members(t), func(r row) bool { return !strings.EqualFold(r.Email, email) })
	if len(rows) != 1 {
		t.Fatalf("%s is %d members, want one", email, len(rows))
	}
	return rows[0]
}

// sue is the member whom most tests are about.
func (f *fixture) sue(t *testing.T) row {
	t.Helper()
	return f.find(t, sueEmail)
}

// join registers Sue, who accepts her invitation.
func (f *fixture) accept(t *testing.T) *emulator.Person {
	t.Helper()
	p := f.NewPerson(t, sueEmail)
	if _, err := p.Accept(t.Context(), f.organization); err != nil {
		t.Fatal(err)
	}
	return p
}

// confirmSue lets a person confirm her in the web vault.
func (f *fixture) confirmSue(t *testing.T) {
	t.Helper()
	if err := f.MSP.Admin.Confirm(t.Context(), f.client, f.sue(t).ID); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) put(t *testing.T, suffix string, body any) {
	t.Helper()
	if err := f.MSP.Admin.Put(t.Context(), f.path(suffix), body, nil); err != nil {
		t.Fatal(err)
	}
}

// vanish removes a member behind Terraform's back.
func (f *fixture) vanish(t *testing.T, id string) {
	t.Helper()
	if err := f.MSP.Admin.Delete(t.Context(), f.path("/users/"+id), nil); err != nil {
		t.Fatal(err)
	}
}

// group makes a group behind Terraform's back.
func (f *fixture) group(t *testing.T, name string) string {
	t.Helper()
	group := struct {
		ID string `json:"id"`
	}{}
	body := map[string]any{"name": name, "collections": []any{}, "users": []any{}}
	if err := f.MSP.Admin.Post(t.Context(), f.path("/groups"), body, &group); err != nil {
		t.Fatal(err)
	}
	return group.ID
}

// collection is the one that the client was made with.
func (f *fixture) collection(t *testing.T) string {
	t.Helper()
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := f.MSP.Admin.Get(t.Context(), f.path("/collections"), &list); err != nil {
		t.Fatal(err)
	}
	return list.Data[0].ID
}

// hcl is a configuration with Sue in it.
func (f *fixture) hcl(attributes string) string {
	return f.Config(f.resource("sue", sueEmail, attributes))
}

func (f *fixture) resource(name, email, attributes string) string {
	return fmt.Sprintf(`resource "bitwarden_member" %q {
  organization_id = %q
  email           = %q
%s
}
`, name, f.organization, email, attributes)
}

// config is the same for the protocol.
func (f *fixture) config(changes map[string]any) map[string]any {
	c := config(map[string]any{"organization_id": f.organization})
	maps.Copy(c, changes)
	return c
}

func known(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

func text(attribute, value string) statecheck.StateCheck {
	return known(attribute, knownvalue.StringExact(value))
}

func planned(attribute, value string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(value))
}

func action(a plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	checks := append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}, more...)
	return resource.ConfigPlanChecks{PreApply: checks}
}

func ids(values ...string) knownvalue.Check {
	var checks []knownvalue.Check
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return knownvalue.SetExact(checks)
}

// is checks Sue as the server has her.
func (f *fixture) is(t *testing.T, holds func(row) bool) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		if sue := f.sue(t); !holds(sue) {
			return fmt.Errorf("the server has %+v", sue)
		}
		return nil
	}
}

func TestMember_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:           f.hcl(""),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(address, tfjsonpath.New("id")),
				text("organization_id", f.organization), text("email", sueEmail), text("role", "user"),
				text("status", "invited"), text("on_destroy", "remove"),
				known("permissions", knownvalue.Null()), known("access_secrets_manager", knownvalue.Bool(false)),
				known("groups", knownvalue.Null()), known("collections", knownvalue.Null()),
				known("auto_confirm", knownvalue.Bool(true)), known("revoked", knownvalue.Bool(false)),
				known("user_id", knownvalue.Null()), known("name", knownvalue.Null()), known("external_id", knownvalue.Null()),
				known("two_step_login_enabled", knownvalue.Bool(false)),
				known("account_recovery_enrolled", knownvalue.Bool(false)),
			},
		},
		{ // Role in place; whatever else the server knows stays known in the plan.
			Config: f.hcl(`role = "admin"`),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate,
				planned("status", "invited"),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("user_id"), knownvalue.Null()),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("two_step_login_enabled"), knownvalue.Bool(false))),
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(address, tfjsonpath.New("id")), text("role", "admin"),
			},
			Check: f.is(t, func(r row) bool { return r.Type == adminRole }),
		},
		{ // Only what Terraform itself has to know.
			Config: f.hcl("role = \"admin\"\n on_destroy = \"remove\"\n auto_confirm = false"),
			Check: func(*terraform.State) error {
				if got := f.Requests().Count(updateMember); got != 1 {
					return fmt.Errorf("%d updates were sent, want one", got)
				}
				return nil
			},
		},
	}})
	if got := f.Requests().Count(removeMember); got != 1 || len(f.members(t)) != 1 {
		t.Errorf("the member was removed %d times, want once at the end", got)
	}
}

// The person accepts; the next plan shows the confirmation and nothing else, and after its apply the plan is empty.
func TestMember_autoConfirm(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.hcl("")},
		{
			PreConfig: func() { f.accept(t) },
			Config:    f.hcl(""),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate, onlyStatusChanges{}, planned("status", "confirmed"),
				planned("name", "sue")),
			ConfigStateChecks: []statecheck.StateCheck{text("status", "confirmed"), known("user_id", knownvalue.NotNull())},
			Check:             f.is(t, func(r row) bool { return r.Status == confirmed }),
		},
		{Config: f.hcl(""), ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
	}})
	if got := f.Requests().Count(confirm); got != 1 {
		t.Errorf("%d confirmations were sent, want one", got)
	}
}

// The confirmed person can decrypt what is in the organization: the key arrived.
func TestMember_autoConfirm_key(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	sue := f.accept(t)
	p := f.Protocol(t)
	member, problems = p.Read(memberType, member)
	problems.WantNone(t)
	_, problems = p.Apply(memberType, member, f.config(nil))
	problems.WantNone(t)
	if err := sue.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	var profile struct {
		Organizations []struct {
			Key string `json:"key"`
		} `json:"organizations"`
	}
	if err := sue.Get(t.Context(), "/accounts/profile", &profile); err != nil {
		t.Fatal(err)
	}
	key, err := sue.PrivateKey.Decapsulate(profile.Organizations[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := f.client.Key.EncryptString("bread")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := key.DecryptString(secret); err != nil || plain != "bread" {
		t.Errorf("the member's key is not the organization's: %v", err)
	}
}

func TestMember_confirmedByPeople(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.hcl("auto_confirm = false")},
		{
			PreConfig:         func() { f.accept(t) },
			Config:            f.hcl("auto_confirm = false"),
			ConfigPlanChecks:  action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{text("status", "accepted")},
		},
		{
			PreConfig:         func() { f.confirmSue(t) },
			Config:            f.hcl("auto_confirm = false"),
			ConfigPlanChecks:  action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{text("status", "confirmed")},
		},
	}})
}

// Somebody else is faster than the apply.
func TestMember_confirmedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	f.accept(t)
	member, problems = f.Protocol(t).Read(memberType, member)
	problems.WantNone(t)
	f.confirmSue(t)
	member, problems = f.Protocol(t).Apply(memberType, member, f.config(nil))
	problems.WantNone(t)
	if status := member.Attributes(t)["status"]; status != "confirmed" {
		t.Errorf("the status is %v", status)
	}
}

// The person accepts between plan and apply: the apply keeps what the plan promised.
func TestMember_acceptsMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	p := f.Protocol(t)
	member, problems := p.Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	f.accept(t)
	member, problems = f.Protocol(t).Apply(memberType, member, f.config(map[string]any{"role": "admin"}))
	problems.WantNone(t)
	if got := member.Attributes(t); got["status"] != "invited" || got["user_id"] != nil || got["role"] != "admin" {
		t.Errorf("got %v", got)
	}
	if sue := f.sue(t); sue.Status != accepted || sue.Type != adminRole {
		t.Errorf("the server has %+v", sue)
	}
}

func TestMember_fingerprint(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	wrong := f.config(map[string]any{"fingerprint_phrase": "apple-berry-cherry-damson-elder"})
	member, problems := f.Protocol(t).Apply(memberType, nil, wrong)
	problems.WantNone(t)
	sue := f.accept(t)
	p := f.Protocol(t)
	member, problems = p.Read(memberType, member)
	problems.WantNone(t)
	member, problems = p.Apply(memberType, member, wrong)
	problems.WantError(t, "fingerprint_phrase", "another phrase")
	if status := f.sue(t).Status; status != accepted {
		t.Fatalf("the status is %d", status)
	}
	right := f.config(map[string]any{"fingerprint_phrase": sue.PrivateKey.Public().Fingerprint(sue.ID)})
	_, problems = f.Protocol(t).Apply(memberType, member, right)
	problems.WantNone(t)
	if status := f.sue(t).Status; status != confirmed {
		t.Errorf("the status is %d", status)
	}
}

func TestMember_permissions(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	right := func(name string, value bool) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New("permissions").AtMapKey(name), knownvalue.Bool(value))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:            f.hcl("role = \"custom\"\n permissions = { manage_users = true }"),
			ConfigStateChecks: []statecheck.StateCheck{right("manage_users", true), right("manage_groups", false)},
			Check: f.is(t, func(r row) bool {
				return r.Type == 4 && r.Permissions["manageUsers"] && !r.Permissions["manageGroups"]
			}),
		},
		{
			Config:            f.hcl("role = \"custom\"\n permissions = { manage_groups = true }"),
			ConfigPlanChecks:  action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{right("manage_users", false), right("manage_groups", true)},
			Check: f.is(t, func(r row) bool {
				return r.Type == 4 && !r.Permissions["manageUsers"] && r.Permissions["manageGroups"]
			}),
		},
		{
			Config:            f.hcl(`role = "custom"`),
			ConfigStateChecks: []statecheck.StateCheck{known("permissions", knownvalue.Null())},
			Check:             f.is(t, func(r row) bool { return r.Type == 4 && !r.Permissions["manageGroups"] }),
		},
		{
			Config: f.hcl("role = \"custom\"\n permissions = {}"),
		},
		{
			Config: f.hcl(""),
			Check:  f.is(t, func(r row) bool { return r.Type == userRole }),
		},
	}})
}

// Null is not managed here, empty is none.
func TestMember_nullAndEmpty(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	shop, counter, collection := f.group(t, "Shop"), f.group(t, "Counter"), f.collection(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: f.hcl(fmt.Sprintf("groups = [%q, %q]\n collections = { %q = \"view\" }", shop, counter, collection)),
			ConfigStateChecks: []statecheck.StateCheck{
				known("groups", ids(shop, counter)),
				known("collections", knownvalue.MapExact(map[string]knownvalue.Check{collection: knownvalue.StringExact("view")})),
			},
			Check: f.is(t, func(r row) bool {
				return len(r.Groups) == 2 && len(r.Collections) == 1 && r.Collections[0].ReadOnly
			}),
		},
		{
			Config:           f.hcl(fmt.Sprintf("groups = [%q]\n collections = { %q = \"manage\" }", shop, collection)),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			Check: f.is(t, func(r row) bool {
				return slices.Equal(r.Groups, []string{shop}) && len(r.Collections) == 1 && r.Collections[0].Manage
			}),
		},
		{ // No longer managed: nothing changes on the server, whatever happens to it.
			Config:           f.hcl(""),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				known("groups", knownvalue.Null()), known("collections", knownvalue.Null()),
			},
			Check: f.is(t, func(r row) bool { return len(r.Groups) == 1 && len(r.Collections) == 1 }),
		},
		{ // A role that changes keeps them too.
			Config: f.hcl(`role = "admin"`),
			Check:  f.is(t, func(r row) bool { return len(r.Groups) == 1 && len(r.Collections) == 1 && r.Type == adminRole }),
		},
		{
			Config:            f.hcl("groups = []\n collections = {}"),
			ConfigStateChecks: []statecheck.StateCheck{known("groups", ids())},
			Check:             f.is(t, func(r row) bool { return len(r.Groups) == 0 && len(r.Collections) == 0 }),
		},
	}})
}

func TestMember_revoke(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.hcl("")},
		{PreConfig: func() { f.accept(t) }, Config: f.hcl("")},
		{
			Config:            f.hcl("revoked = true"),
			ConfigPlanChecks:  action(plancheck.ResourceActionUpdate, planned("status", "revoked")),
			ConfigStateChecks: []statecheck.StateCheck{text("status", "revoked")},
			Check:             f.is(t, func(r row) bool { return r.Status == revoked }),
		},
		{ // Roles of revoked members can change.
			Config: f.hcl("revoked = true\n role = \"admin\""),
			Check:  f.is(t, func(r row) bool { return r.Status == revoked && r.Type == adminRole }),
		},
		{
			Config: f.hcl(`role = "admin"`),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate,
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("status"))),
			ConfigStateChecks: []statecheck.StateCheck{text("status", "confirmed")},
		},
		{ // A policy, or somebody in the web vault, revokes her: the next apply restores.
			PreConfig:         func() { f.put(t, "/users/"+f.sue(t).ID+"/revoke", nil) },
			Config:            f.hcl(`role = "admin"`),
			ConfigPlanChecks:  action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{text("status", "confirmed")},
		},
	}})
	if f.Requests().Count(revokeMember) != 2 || f.Requests().Count(restoreMember) != 2 {
		t.Errorf("requests: %v", f.Requests().ByRoute)
	}
}

// Somebody who had accepted but was not confirmed when revoked is confirmed after the restoration.
func TestMember_restoreAccepted(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(map[string]any{"revoked": true}))
	problems.WantNone(t)
	if got := member.Attributes(t); got["status"] != "revoked" || f.sue(t).Status != revoked {
		t.Fatalf("got %v", got)
	}
	member, problems = f.Protocol(t).Apply(memberType, member, f.config(nil))
	problems.WantNone(t)
	if got := member.Attributes(t); got["status"] != "invited" {
		t.Fatalf("got %v", got)
	}
	f.accept(t)
	f.put(t, "/users/"+f.sue(t).ID+"/revoke", nil)
	p := f.Protocol(t)
	member, problems = p.Read(memberType, member)
	problems.WantNone(t)
	member, problems = p.Apply(memberType, member, f.config(nil))
	problems.WantNone(t)
	if got := member.Attributes(t); got["status"] != "confirmed" {
		t.Errorf("got %v", got)
	}
}

func TestMember_onDestroyRevoke(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: f.hcl(`on_destroy = "revoke"`)}}})
	if sue := f.sue(t); sue.Status != revoked || f.Requests().Count(removeMember) != 0 {
		t.Errorf("the server has %+v", sue)
	}
}

func TestMember_email(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	cased := f.Config(f.resource("sue", "Sue@Bakery.example", ""))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: cased, ConfigStateChecks: []statecheck.StateCheck{text("email", "Sue@Bakery.example")}},
		{
			Config:            f.hcl(""),
			ConfigPlanChecks:  action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{text("email", "Sue@Bakery.example")},
		},
		{
			Config:            f.Config(f.resource("sue", "susan@bakery.example", "")),
			ConfigPlanChecks:  action(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{text("email", "susan@bakery.example"), text("status", "invited")},
		},
	}})
}

func TestMember_import(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	acctest.Run(t, resource.TestCase{Steps: slices.Concat(
		[]resource.TestStep{{Config: f.hcl("role = \"custom\"\n permissions = { access_reports = true }")}},
		acctest.Imports(address, f.organization, "SUE@bakery.example"),
		[]resource.TestStep{
			acctest.ImportFails(address, f.organization+"/nobody@bakery.example",
				`No member has the email\s+"nobody@bakery.example"`),
			acctest.ImportFails(address, "Bakery/"+sueEmail, `is not a\s+UUID`),
		},
	)})
}

func TestMember_importIdentity(t *testing.T) {
	t.Parallel()
	acctest.RunIdentity(t, address, newFixture(t, 0).hcl(""), "organization_id", "id")
}

func TestMember_protocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	id := member.Attributes(t)["id"]

	imported, problems := f.Protocol(t).ImportByIdentity(memberType,
		map[string]any{"organization_id": f.organization, "id": id})
	problems.WantNone(t)
	if got, want := imported.Attributes(t), member.Attributes(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("imported %v, want %v", got, want)
	}

	list := map[string]any{"organization_id": f.organization}
	listed, problems := f.Protocol(t).List(memberType, list, true, 0)
	problems.WantNone(t)
	if len(listed) != 2 || listed[0].DisplayName != f.owner.Email || listed[1].Identity["id"] != id ||
		listed[0].Resource["role"] != "owner" || listed[0].Resource["auto_confirm"] != true {
		t.Errorf("listed %v", listed)
	}

	members, problems := f.Protocol(t).DataSource("bitwarden_members", list)
	problems.WantNone(t)
	rows, _ := members.Attributes(t)["members"].([]any)
	if len(rows) != 2 {
		t.Fatalf("the data source has %v", rows)
	}
	sue, _ := rows[1].(map[string]any)
	if sue["email"] != sueEmail || sue["status"] != "invited" || sue["user_id"] != nil {
		t.Errorf("got %v", sue)
	}
}

func TestMember_disappears(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	acctest.RunDisappears(t, address, f.hcl(""), func() { f.vanish(t, f.sue(t).ID) })
}

func TestMember_goneWarns(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	f.vanish(t, f.sue(t).ID)
	state, problems := f.Protocol(t).Read(memberType, member)
	problems.WantWarning(t, "", "vanished member", fmt.Sprint(member.Attributes(t)["id"]))
	if state != nil {
		t.Error("the vanished member is still in the state")
	}
	_, problems = f.Protocol(t).Apply(memberType, member, nil)
	problems.WantNone(t)
}

func TestMember_forbiddenKeepsState(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	for _, status := range []int{
		http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError,
	} {
		if err := f.Fail(listMembers, emulator.Fault{Status: status}); err != nil {
			t.Fatal(err)
		}
		state, problems := f.Protocol(t).Read(memberType, member)
		problems.WantError(t, "", "Could not read member", strconv.Itoa(status))
		if state == nil {
			t.Errorf("status %d removed the member from the state", status)
		}
		f.ClearFaults()
	}
}

func TestMember_drift(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	shop := f.group(t, "Shop")
	config := f.hcl(fmt.Sprintf("groups = [%q]", shop))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				f.put(t, "/users/"+f.sue(t).ID, map[string]any{
					"type": adminRole, "accessSecretsManager": false, "permissions": nil, "collections": []any{}, "groups": []any{},
				})
			},
			Config: config,
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate, planned("role", "user"),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("groups"), ids(shop))),
			Check: f.is(t, func(r row) bool { return r.Type == userRole && slices.Equal(r.Groups, []string{shop}) }),
		},
	}})
}

// The answer to the invitation is lost: the person is found instead of invited twice.
func TestMember_lostAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	if err := f.Fail(inviteMembers, emulator.Fault{Cut: emulator.CutAfter, Times: 1}); err != nil {
		t.Fatal(err)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: f.hcl(""),
		Check:  f.is(t, func(r row) bool { return r.Status == invited }),
	}}})
	if got := f.Requests().Count(inviteMembers); got != 1 {
		t.Errorf("%d invitations were sent, want one", got)
	}
}

// The invitation succeeds and the revocation after it fails: the state has the member, so that none is orphaned, and
// the next apply replaces the tainted resource.
func TestMember_partialCreate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	if err := f.Fail(revokeMember, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.hcl("revoked = true"), ExpectError: regexp.MustCompile("Could not invite member")},
		{
			Config:           f.hcl("revoked = true"),
			ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
			Check:            f.is(t, func(r row) bool { return r.Status == revoked }),
		},
	}})
}

// The update succeeds and the revocation after it fails: the state has what is true.
func TestMember_partialUpdate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.hcl("")},
		{
			PreConfig: func() {
				if err := f.Fail(revokeMember, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
					t.Fatal(err)
				}
			},
			Config:      f.hcl("role = \"admin\"\n revoked = true"),
			ExpectError: regexp.MustCompile("Could not update member"),
		},
		{
			Config: f.hcl("role = \"admin\"\n revoked = true"),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate, planned("status", "revoked"),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("role"), knownvalue.StringExact("admin"))),
			Check: f.is(t, func(r row) bool { return r.Type == adminRole && r.Status == revoked }),
		},
	}})
	if got := f.Requests().Count(updateMember); got != 1 {
		t.Errorf("%d updates were sent, want one", got)
	}
}

// Many people are invited and confirmed by few requests, and nobody twice.
func TestMember_concurrentSibling(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	const n = 10
	config := f.Config(fmt.Sprintf(`resource "bitwarden_member" "sue" {
  count           = %d
  organization_id = %q
  email           = "sue${count.index}@bakery.example"
}
`, n, f.organization))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: config,
			Check: func(*terraform.State) error {
				if got := f.Requests().Count(inviteMembers); got > 3 {
					return fmt.Errorf("%d calls for %d invitations", got, n)
				}
				if got := len(f.members(t)); got != n+1 {
					return fmt.Errorf("there are %d members", got)
				}
				return nil
			},
		},
		{
			PreConfig: func() {
				for i := range n {
					p := f.NewPerson(t, fmt.Sprintf("sue%d@bakery.example", i))
					if _, err := p.Accept(t.Context(), f.organization); err != nil {
						t.Fatal(err)
					}
				}
			},
			Config: config,
			Check: func(*terraform.State) error {
				if got := f.Requests().Count(confirm); got > 3 {
					return fmt.Errorf("%d calls for %d confirmations", got, n)
				}
				for _, r := range f.members(t) {
					if r.Status != confirmed {
						return fmt.Errorf("%+v is not confirmed", r)
					}
				}
				f.ResetRequests()
				return nil
			},
		},
		{Config: config, PlanOnly: true},
	}})
	// Plans of the last steps and the destruction: a list each, never one per member.
	if got := f.Requests().Count(listMembers); got > 7 {
		t.Errorf("%d lists of members for %d members", got, n)
	}
}

func TestMember_unknownInputs(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	shop := f.group(t, "Shop")
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: f.Config(fmt.Sprintf(`resource "terraform_data" "input" {
  input = {
    organization_id = %q
    email           = %q
    role            = "custom"
    permissions     = { manage_users = true }
    groups          = [%q]
    collections     = { %q = "edit" }
    yes             = true
    no              = false
    on_destroy      = "remove"
  }
}

resource "bitwarden_member" "sue" {
  organization_id        = terraform_data.input.output.organization_id
  email                  = terraform_data.input.output.email
  role                   = terraform_data.input.output.role
  permissions            = { manage_users = terraform_data.input.output.yes }
  groups                 = terraform_data.input.output.groups
  collections            = terraform_data.input.output.collections
  auto_confirm           = terraform_data.input.output.yes
  access_secrets_manager = terraform_data.input.output.no
  revoked                = terraform_data.input.output.no
  on_destroy             = terraform_data.input.output.on_destroy
}
`, f.organization, sueEmail, shop, f.collection(t))),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("role")),
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("groups")),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			text("role", "custom"), known("groups", ids(shop)), text("status", "invited"),
		},
	}}})
}

func TestMember_noSeatLeft(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	full := f.MSP.NewClient(t, emulator.ClientOptions{Name: "Full Ltd", Seats: 1})
	_, problems := f.Protocol(t).Apply(memberType, nil, f.config(map[string]any{"organization_id": full.ID}))
	problems.WantError(t, "", "Could not invite member", "1 of the 1 seats", "Raise seats")
}

// withoutMasterPassword is a run that has no keys.
func (f *fixture) withoutMasterPassword(t *testing.T) *acctest.Protocol {
	t.Helper()
	settings := f.ProviderConfig()
	delete(settings, "master_password")
	p := acctest.NewProtocol(t)
	p.Configure(settings).WantNone(t)
	return p
}

// What needs no key works without the master password, and the confirmation says what it lacks.
func TestMember_withoutMasterPassword(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.withoutMasterPassword(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	f.accept(t)
	p := f.withoutMasterPassword(t)
	member, problems = p.Read(memberType, member)
	problems.WantNone(t)
	_, problems = p.Apply(memberType, member, f.config(nil))
	problems.WantError(t, "", "Could not update member", "master_password")
	if status := f.sue(t).Status; status != accepted {
		t.Errorf("the status is %d", status)
	}
	_, problems = f.withoutMasterPassword(t).
		Apply(memberType, member, f.config(map[string]any{"auto_confirm": false, "role": "admin"}))
	problems.WantNone(t)
}
