// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"testing"
)

// What the recording domains does not show by itself.

type domainAnswer struct {
	ID           string  `json:"id"`
	Txt          string  `json:"txt"`
	VerifiedDate *string `json:"verifiedDate"`
}

func requestDomain(t *testing.T, p *Person, client *Client, name string) domainAnswer {
	t.Helper()
	d := domainAnswer{}
	if err := p.Post(t.Context(), "/organizations/"+client.ID+"/domain", obj{"domainName": name}, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// A verified domain claims members, switches single organization on for good, and is nobody else's to have.
func TestVerifiedDomain(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	other := f.msp.NewClient(t, ClientOptions{Name: "Other", PlanType: planTeamsMonthly})
	_, member := f.NewMember(t, "ann@claimed.example", roleUser)
	d := requestDomain(t, f.admin, f.Client, "Claimed.Example")
	theirs := requestDomain(t, f.admin, other, "claimed.example") // merely requested elsewhere is fine
	if len(d.Txt) != len("bw=")+44 {
		t.Errorf("record %q, want bw= and 44 characters", d.Txt)
	}
	verify := func(client *Client, id string) (domainAnswer, error) {
		answer := domainAnswer{}
		err := f.admin.Post(t.Context(), "/organizations/"+client.ID+"/domain/"+id+"/verify", nil, &answer)
		return answer, err
	}
	before := f.eventCount()
	if got, err := verify(f.Client, d.ID); err != nil || got.VerifiedDate != nil {
		t.Errorf("without a record: got %+v, %v; want a 200 without a date", got, err)
	}
	f.server.SetTXT("claimed.example", "v=spf1 -all", d.Txt, theirs.Txt)
	if got, err := verify(f.Client, d.ID); err != nil || got.VerifiedDate == nil {
		t.Errorf("with the record: got %+v, %v; want a date", got, err)
	}
	if got, want := f.events(before), []int{2003, 1700, 2002}; !slices.Equal(got, want) {
		t.Errorf("got events %v, want %v", got, want)
	}
	if _, on, canToggle := f.policyData(t, "3"); !on || canToggle {
		t.Errorf("single organization: on %t, can be toggled %t", on, canToggle)
	}
	wantRefusal(t, f.putPolicy(t, f.admin, "3", false, `null`), http.StatusBadRequest, "domain verification")
	noRefusal(t, f.putPolicy(t, f.admin, "19", true, `null`))
	_, err := f.server.Register(t.Context(), "new@claimed.example")
	wantRefusal(t, err, http.StatusBadRequest, "This email address is claimed by an organization using Bitwarden.")
	row := struct {
		Claimed bool `json:"claimedByOrganization"`
	}{}
	noRefusal(t, f.admin.Get(t.Context(), f.users+"/"+member, &row))
	if !row.Claimed {
		t.Error("the member with an address in the domain is not claimed")
	}
	_, err = verify(f.Client, d.ID)
	wantRefusal(t, err, http.StatusConflict, "Domain has already been verified.")
	_, err = verify(other, theirs.ID)
	wantRefusal(t, err, http.StatusConflict, "The domain is not available to be claimed.")
	third := f.msp.NewClient(t, ClientOptions{Name: "Third"})
	err = f.admin.Post(t.Context(), "/organizations/"+third.ID+"/domain", obj{"domainName": "claimed.example"}, nil)
	wantRefusal(t, err, http.StatusConflict, "The domain is not available to be claimed.")
	noRefusal(t, f.admin.Delete(t.Context(), f.path("/domain/"+d.ID), nil)) // "a verified domain can be deleted"
}

// A plan without policies keeps no domain from being verified.
func TestVerifiedDomainOfTeams(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{PlanType: planTeamsMonthly})
	d := requestDomain(t, f.admin, f.Client, "teams.example")
	f.server.SetTXT("teams.example", d.Txt)
	answer := domainAnswer{}
	noRefusal(t, f.admin.Post(t.Context(), f.path("/domain/"+d.ID+"/verify"), nil, &answer))
	if answer.VerifiedDate == nil {
		t.Error("the domain is not verified")
	}
	if _, on, _ := f.policyData(t, "3"); on {
		t.Error("a plan without policies has one")
	}
}
