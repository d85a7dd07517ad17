// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// world is an emulator with a provider, a client organization of it with its owner, and our client, which is signed in
// as the provider's admin.
type world struct {
	ours *bitwarden.Client

	server *emulator.Running
	msp    *emulator.MSP
	orgID  string
	owner  *emulator.Person
	// ownerID is the owner's membership.
	ownerID string
}

// newWorld makes the client organization with our client too: its keys are ours. Every request must have had a route.
func newWorld(t *testing.T, options ...emulator.Options) *world {
	t.Helper()
	needBW(t)
	w := &world{server: emulator.New(t, options...)}
	wantRoutes(t, w.server)
	w.msp = w.server.NewMSP(t)
	w.ours = w.newRun(t)
	made, err := w.ours.CreateClientOrganization(t.Context(), bitwarden.NewClientOrganization{
		Name: "Müller & Söhne", Plan: bitwarden.PlanEnterpriseMonthly, Seats: 10, OwnerEmail: "owner@client.example",
		DefaultCollectionName: "Grundstock",
	})
	if err != nil {
		t.Fatal(err)
	}
	w.orgID = made.ID
	// Else a collection needs a manager, and owners and the provider see nobody's collections but their own.
	if _, err := w.ours.UpdateOrganizationSettings(t.Context(), w.orgID, bitwarden.OrganizationSettings{
		AllowAdminAccessToAllCollectionItems: new(true),
	}); err != nil {
		t.Fatal(err)
	}
	owner, err := w.ours.MemberByEmail(t.Context(), w.orgID, "owner@client.example")
	if err != nil {
		t.Fatal(err)
	}
	w.owner, w.ownerID = w.join(t, owner), owner.ID
	return w
}

// wantRoutes fails a test at whose end a request had no route in the emulator.
func wantRoutes(t *testing.T, srv *emulator.Running) {
	t.Helper()
	t.Cleanup(func() {
		for _, r := range srv.Requests().List {
			if r.Route == "" {
				t.Errorf("the emulator does not know %s %s", r.Method, r.Path)
			}
		}
	})
}

// newRun is our client without anything that it has read, as at the next plan.
func (w *world) newRun(t *testing.T) *bitwarden.Client {
	t.Helper()
	id, secret := w.msp.Credentials(t)
	c, err := bitwarden.New(bitwarden.Config{
		Server: w.server.URL(), ClientID: id, ClientSecret: bitwarden.NewSecret(secret),
		MasterPassword: bitwarden.NewSecret(emulator.Password), ExtraCACerts: string(w.server.CAPEM()), Version: "0.0.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// invite invites a user; he neither registers nor accepts.
func (w *world) invite(t *testing.T, n bitwarden.NewMember) *bitwarden.Member {
	t.Helper()
	if n.Role == "" {
		n.Role = bitwarden.RoleUser
	}
	m, err := w.ours.InviteMember(t.Context(), w.orgID, n)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// accept lets an invited member register and accept.
func (w *world) accept(t *testing.T, m *bitwarden.Member) *emulator.Person {
	t.Helper()
	p := w.server.NewPerson(t, m.Email)
	registerKeyID(t, p)
	if id, err := p.Accept(t.Context(), w.orgID); err != nil || id != m.ID {
		t.Fatalf("%s accepts as %s, want %s: %v", m.Email, id, m.ID, err)
	}
	return p
}

// registerKeyID does what bw does otherwise at the first login, with a second login and sync.
func registerKeyID(t *testing.T, p *emulator.Person) {
	t.Helper()
	if err := p.Post(t.Context(), keyIDPath, map[string]string{"userKeyId": p.UserKey.ID()}, nil); err != nil {
		t.Fatal(err)
	}
}

const keyIDPath = "/accounts/key-management/user-key-id"

// confirm lets our client confirm a member.
func (w *world) confirm(t *testing.T, m *bitwarden.Member) {
	t.Helper()
	if confirmed, err := w.newRun(t).ConfirmMember(t.Context(), w.orgID, m.ID, ""); err != nil {
		t.Fatal(err)
	} else if confirmed.Status != bitwarden.StatusConfirmed {
		t.Fatalf("%s is %s after the confirmation", m.Email, confirmed.Status)
	}
}

// join lets an invited member accept, and our client confirm.
func (w *world) join(t *testing.T, m *bitwarden.Member) *emulator.Person {
	t.Helper()
	p := w.accept(t, m)
	w.confirm(t, m)
	return p
}

// TestVersion shows that the client that judges is the pinned one.
func TestVersion(t *testing.T) {
	t.Parallel()
	needBW(t)
	manifest := struct {
		Dependencies map[string]string `json:"dependencies"`
	}{}
	raw, err := os.ReadFile("package.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	want := manifest.Dependencies["@bitwarden/cli"]
	if got := newProfile(t, emulator.New(t)).run(t, "--version"); got != want || want == "" {
		t.Errorf("bw is %s, want %s", got, want)
	}
}

// login is an item that our cryptography makes.
type login struct{ Name, Username, Password string }

// store puts a login into a collection, as the owner.
func (w *world) store(t *testing.T, l login, collectionID string) (itemID string) {
	t.Helper()
	profile := struct {
		Organizations []struct {
			Key string `json:"key"`
		} `json:"organizations"`
	}{}
	if err := w.owner.Login(t.Context()); err != nil { // the token knows memberships of the time of the login
		t.Fatal(err)
	}
	if err := w.owner.Get(t.Context(), "/accounts/profile", &profile); err != nil {
		t.Fatal(err)
	}
	key, err := w.owner.PrivateKey.Decapsulate(profile.Organizations[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	encrypt := func(text string) string {
		t.Helper()
		encrypted, err := key.EncryptString(text)
		if err != nil {
			t.Fatal(err)
		}
		return encrypted
	}
	stored := struct {
		ID string `json:"id"`
	}{}
	if err := w.owner.Post(t.Context(), "/ciphers/admin", map[string]any{
		"collectionIds": []string{collectionID},
		"cipher": map[string]any{
			"type": 1, "organizationId": w.orgID, "name": encrypt(l.Name), "encryptedFor": w.owner.ID,
			"login": map[string]any{"username": encrypt(l.Username), "password": encrypt(l.Password)},
		},
	}, &stored); err != nil {
		t.Fatal(err)
	}
	return stored.ID
}
