// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestSow(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	seed, err := emulator.ParseSeed(strings.NewReader(`{
		"provider": {"name": "P", "admin": "admin@p.example", "serviceUsers": ["robot@p.example"],
			"seatMinimums": {"teams": 5, "enterprise": 7}},
		"people": ["ann@x.example"],
		"clients": [
			{"name": "One", "plan": "teams_monthly", "seats": 4, "members": [
				{"email": "ann@x.example"},
				{"email": "bob@x.example", "role": "owner"},
				{"email": "cid@x.example", "role": "admin", "status": "accepted"},
				{"email": "dee@x.example", "status": "invited"}]},
			{"name": "Two"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	msp, clients, err := srv.Sow(t.Context(), seed)
	if err != nil {
		t.Fatal(err)
	}
	if len(clients) != 2 || msp.Admin.Email != "admin@p.example" {
		t.Fatalf("got %d clients and admin %s", len(clients), msp.Admin.Email)
	}
	members := struct {
		Data []struct {
			Email        string
			Type, Status int
		}
	}{}
	if err := msp.Admin.Get(t.Context(), "/organizations/"+clients[0].ID+"/users", &members); err != nil {
		t.Fatal(err)
	}
	got := map[string][2]int{}
	for _, m := range members.Data {
		got[m.Email] = [2]int{m.Type, m.Status}
	}
	want := map[string][2]int{
		"ann@x.example": {2, 2}, "bob@x.example": {0, 2}, "cid@x.example": {1, 1}, "dee@x.example": {2, 0},
	}
	if len(got) != len(want) {
		t.Errorf("got members %v, want %v", got, want)
	}
	for email, row := range want {
		if got[email] != row {
			t.Errorf("%s: got role and status %v, want %v", email, got[email], row)
		}
	}
	client := struct {
		PlanType, Seats int
	}{}
	if err := msp.Admin.Get(t.Context(), "/organizations/"+clients[0].ID, &client); err != nil {
		t.Fatal(err)
	}
	if client.PlanType != 17 || client.Seats != 4 {
		t.Errorf("got plan %d with %d seats, want Teams (17) with 4", client.PlanType, client.Seats)
	}
	users := struct {
		Data []struct {
			Email        string
			Type, Status int
		}
	}{}
	if err := msp.Admin.Get(t.Context(), "/providers/"+msp.ProviderID+"/users", &users); err != nil {
		t.Fatal(err)
	}
	if len(users.Data) != 2 || users.Data[1].Email != "robot@p.example" || users.Data[1].Type != 1 ||
		users.Data[1].Status != 2 {
		t.Errorf("got provider users %+v, want the admin and a confirmed service user", users.Data)
	}
}

// TestParseSeed names what is wrong by its place.
func TestParseSeed(t *testing.T) {
	t.Parallel()
	const provider = `"provider":{"name":"P","admin":"a@p.example"}`
	for name, test := range map[string]struct{ seed, want string }{
		"no JSON":             {`provider: P`, "invalid character"},
		"no provider":         {`{}`, "provider.name is missing"},
		"unknown field":       {`{` + provider + `,"organizations":[]}`, `unknown field "organizations"`},
		"client without name": {`{` + provider + `,"clients":[{}]}`, "clients[0].name is missing"},
		"plan that is none": {
			`{` + provider + `,"clients":[{"name":"A","plan":"family"}]}`,
			`clients[0].plan is "family"; it can be enterprise_monthly, teams_monthly`,
		},
		"role that is none": {
			`{` + provider + `,"clients":[{"name":"A","members":[{"email":"a@x"},{"email":"b@x","role":"boss"}]}]}`,
			`clients[0].members[1].role is "boss"; it can be admin, owner, user`,
		},
		"status that is none": {
			`{` + provider + `,"clients":[{"name":"A","members":[{"email":"a@x","status":"2"}]}]}`,
			"clients[0].members[0].status",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := emulator.ParseSeed(strings.NewReader(test.seed))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestSow_stopsAtWhatTheServerRefuses names the object.
func TestSow_stopsAtWhatTheServerRefuses(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	_, _, err := srv.Sow(t.Context(), emulator.Seed{
		Provider: emulator.SeedProvider{Name: "P", Admin: "a@p.example"},
		Clients:  []emulator.SeedClient{{Name: "A", Seats: 1, Members: []emulator.SeedMember{{Email: "no address"}}}},
	})
	if err == nil || !strings.Contains(err.Error(), "client A: no address") {
		t.Errorf("got %v, want the client and the address in it", err)
	}
}
