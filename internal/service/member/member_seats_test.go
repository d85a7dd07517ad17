// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// small is a client with few seats, one of which its invited owner has.
type small struct {
	*fixture
	id string
}

func newSmall(t *testing.T, seats int) *small {
	t.Helper()
	f := newFixture(t, 0)
	c := f.MSP.NewClient(t, emulator.ClientOptions{Name: "Kiosk", Seats: seats, OwnerEmail: "kim@kiosk.example"})
	return &small{f, c.ID}
}

func (s *small) person(name string, changes map[string]any) map[string]any {
	c := map[string]any{"organization_id": s.id, "email": name + "@kiosk.example"}
	maps.Copy(c, changes)
	return s.config(c)
}

// invited makes a member of the configuration.
func (s *small) invited(t *testing.T, name string) *acctest.Object {
	t.Helper()
	member, problems := s.Protocol(t).Apply(memberType, nil, s.person(name, nil))
	problems.WantNone(t)
	return member
}

// With more people in the configuration than seats the plan fails, in whatever order Terraform asks.
func TestMember_seats_tooFew(t *testing.T) {
	t.Parallel()
	s := newSmall(t, 3)
	kim := s.person("kim", map[string]any{"role": "owner"})
	ann := s.invited(t, "ann")
	for attribute, last := range map[string]func(*acctest.Protocol) acctest.Problems{
		"email": func(p *acctest.Protocol) acctest.Problems { // An invitation is one too many.
			_, problems := p.Plan(memberType, ann, s.person("ann", nil))
			problems.WantNone(t)
			_, problems = p.Plan(memberType, nil, s.person("bob", nil))
			problems.WantNone(t)
			_, problems = p.Plan(memberType, nil, s.person("cem", nil))
			return problems
		},
		"": func(p *acctest.Protocol) acctest.Problems { // One who stays is one too many.
			for _, name := range []string{"bob", "cem"} {
				_, problems := p.Plan(memberType, nil, s.person(name, nil))
				if problems.HasError() {
					t.Errorf("%s: ann may leave yet: %v", name, problems)
				}
			}
			_, problems := p.Plan(memberType, ann, s.person("ann", nil))
			return problems
		},
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			p := s.Protocol(t)
			_, problems := p.Plan(memberType, nil, kim) // Taken over: kim has a seat already.
			problems.WantNone(t)
			last(p).WantError(t, attribute, "Kiosk", s.id, "3 seats, 2 of them in use", "2 members",
				"bob@kiosk.example, cem@kiosk.example", "Raise seats to 4", "depends_on")
		})
	}
}

// All seats are in use, one person goes and another one comes: Terraform may be lucky.
func TestMember_seats_swap(t *testing.T) {
	t.Parallel()
	s := newSmall(t, 2)
	ann := s.invited(t, "ann")
	p := s.Protocol(t)
	_, problems := p.Plan(memberType, nil, s.person("bob", nil))
	problems.WantWarning(t, "email", "Kiosk", "2 seats, 2 of them in use", "bob@kiosk.example", "before this one")
	_, problems = p.Plan(memberType, ann, nil)
	problems.WantNone(t)
}

// A person who gets another address is replaced, and frees the seat that is taken.
func TestMember_seats_replace(t *testing.T) {
	t.Parallel()
	s := newSmall(t, 2)
	ann := s.invited(t, "ann")
	p := s.Protocol(t)
	_, problems := p.PlanReplace(memberType, ann, s.person("anna", nil))
	if problems.HasError() {
		t.Errorf("a replacement is refused: %v", problems)
	}
}

// Seats that the same plan raises or lowers count.
func TestMember_seats_planned(t *testing.T) {
	t.Parallel()
	s := newSmall(t, 3)
	seats := func(n int) map[string]any {
		return map[string]any{"organization_id": s.id, "seats": n, "allow_seat_purchase": true}
	}
	const seatsType = "bitwarden_client_organization_seats"
	for planned, refused := range map[int]bool{3: false, 4: false, 2: true} {
		t.Run(strconv.Itoa(planned), func(t *testing.T) {
			t.Parallel()
			p := s.Protocol(t)
			_, problems := p.Plan(seatsType, nil, seats(planned))
			problems.WantNone(t)
			_, problems = p.Plan(memberType, nil, s.person("kim", map[string]any{"role": "owner"}))
			problems.WantNone(t)
			_, problems = p.Plan(memberType, nil, s.person("bob", nil))
			problems.WantNone(t)
			_, problems = p.Plan(memberType, nil, s.person("cem", nil))
			if problems.HasError() != refused {
				t.Errorf("refused: %v, want %v: %v", problems.HasError(), refused, problems)
			}
		})
	}
}

// A revoked member has no seat until the access is given back.
func TestMember_seats_revoked(t *testing.T) {
	t.Parallel()
	s := newSmall(t, 2)
	ann, problems := s.Protocol(t).Apply(memberType, nil, s.person("ann", map[string]any{"revoked": true}))
	problems.WantNone(t)
	s.invited(t, "bob")

	_, problems = s.Protocol(t).Plan(memberType, ann, s.person("ann", map[string]any{"revoked": true}))
	problems.WantNone(t)
	_, problems = s.Protocol(t).Plan(memberType, ann, s.person("ann", nil))
	problems.WantWarning(t, "revoked", "2 seats", "ann@kiosk.example")
}

// The apply plans again, when part of the run is done already: nobody is counted twice.
func TestMember_seats_apply(t *testing.T) {
	t.Parallel()
	s := newSmall(t, 4)
	p := s.Protocol(t)
	for _, name := range []string{"ann", "bob", "cem"} {
		_, problems := p.Apply(memberType, nil, s.person(name, nil))
		problems.WantNone(t)
	}
}

// The whole configuration counts: a client whose seats grow together with its members, and one whose seats do not.
func TestMember_seats_client(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	config := func(seats int, names ...string) string {
		var hcl strings.Builder
		fmt.Fprintf(&hcl, `
resource "bitwarden_client_organization" "kiosk" {
  name                = "Kiosk"
  plan                = "enterprise_monthly"
  seats               = %d
  owner_email         = "kim@kiosk.example"
  allow_seat_purchase = true
  deletion_protection = false
}
`, seats)
		for _, name := range names {
			fmt.Fprintf(&hcl, `
resource "bitwarden_member" %[1]q {
  organization_id = bitwarden_client_organization.kiosk.id
  email           = "%[1]s@kiosk.example"
}
`, name)
		}
		return f.Config(hcl.String())
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(2, "ann")},
		{Config: config(3, "ann", "bob", "cem", "dan"), ExpectError: regexp.MustCompile(`(?s)too few seats.*has 3 seats`)},
		{Config: config(5, "ann", "bob", "cem", "dan")},
	}})
}

// Terraform plans several members at a time: one of them tells.
func TestMember_seats_together(t *testing.T) {
	t.Parallel()
	s := newSmall(t, 3)
	p := s.Protocol(t)
	found := make(chan acctest.Problems)
	for i := range 6 {
		go func() {
			_, problems := p.Plan(memberType, nil, s.person(fmt.Sprint("person", i), nil))
			found <- problems
		}()
	}
	var told acctest.Problems
	for range 6 {
		told = append(told, <-found...)
	}
	told.WantError(t, "email", "3 seats, 1 of them in use", "Kiosk", "Raise seats to")
}
