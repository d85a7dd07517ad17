// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Seed is what a server holds from its start.
type Seed struct {
	Provider SeedProvider `json:"provider"`
	// People have an account, and are in nothing else.
	People  []string     `json:"people"`
	Clients []SeedClient `json:"clients"`
}

// SeedProvider is the managed service provider.
type SeedProvider struct {
	Name         string       `json:"name"`
	Admin        string       `json:"admin"`
	ServiceUsers []string     `json:"serviceUsers"`
	SeatMinimums SeatMinimums `json:"seatMinimums"`
}

// SeedClient is a client organization. The first owner among its members is the one that it is created for.
type SeedClient struct {
	Name    string       `json:"name"`
	Plan    string       `json:"plan"` // teams_monthly or enterprise_monthly (default)
	Seats   int          `json:"seats"`
	Members []SeedMember `json:"members"`
}

// SeedMember is a member of a client organization. Accepted and confirmed members have an account.
type SeedMember struct {
	Email  string `json:"email"`
	Role   string `json:"role"`   // owner, admin or user (default)
	Status string `json:"status"` // invited, accepted or confirmed (default)
}

var (
	seedPlans = map[string]int{
		"": planEnterpriseMonthly, "teams_monthly": planTeamsMonthly, "enterprise_monthly": planEnterpriseMonthly,
	}
	seedRoles    = map[string]int{"": roleUser, "owner": roleOwner, "admin": roleAdmin, "user": roleUser}
	seedStatuses = map[string]int{
		"": statusConfirmed, "invited": statusInvited, "accepted": statusAccepted, "confirmed": statusConfirmed,
	}
)

// ParseSeed reads a seed from JSON and names what is wrong in it by its place.
func ParseSeed(r io.Reader) (Seed, error) {
	seed := Seed{}
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&seed); err != nil {
		return Seed{}, fmt.Errorf("seed: %w", err)
	}
	return seed, seed.check()
}

func (s Seed) check() error {
	var problems []error
	require := func(place, value string) {
		if value == "" {
			problems = append(problems, fmt.Errorf("seed: %s is missing", place))
		}
	}
	choose := func(place, value string, choices map[string]int) {
		if _, ok := choices[value]; !ok {
			names := slices.DeleteFunc(slices.Sorted(maps.Keys(choices)), func(name string) bool { return name == "" })
			problems = append(problems, fmt.Errorf("seed: %s is %q; it can be %s", place, value, strings.Join(names, ", ")))
		}
	}
	require("provider.name", s.Provider.Name)
	require("provider.admin", s.Provider.Admin)
	for i, c := range s.Clients {
		client := fmt.Sprintf("clients[%d]", i)
		require(client+".name", c.Name)
		choose(client+".plan", c.Plan, seedPlans)
		for j, m := range c.Members {
			member := fmt.Sprintf("%s.members[%d]", client, j)
			require(member+".email", m.Email)
			choose(member+".role", m.Role, seedRoles)
			choose(member+".status", m.Status, seedStatuses)
		}
	}
	return errors.Join(problems...)
}

// Sow fills the server with a seed, over HTTP like the official clients.
func (r *Running) Sow(ctx context.Context, seed Seed) (*MSP, []*Client, error) {
	if err := seed.check(); err != nil {
		return nil, nil, err
	}
	msp, err := r.openProvider(ctx, seed.Provider.Name, seed.Provider.Admin, seed.Provider.SeatMinimums)
	if err != nil {
		return nil, nil, err
	}
	for _, email := range seed.Provider.ServiceUsers {
		p, err := r.Person(ctx, email)
		if err == nil {
			err = msp.AddUser(ctx, p, serviceUserRole)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("seed: service user %s: %w", email, err)
		}
	}
	for _, email := range seed.People {
		if _, err := r.Person(ctx, email); err != nil {
			return nil, nil, fmt.Errorf("seed: %s: %w", email, err)
		}
	}
	var clients []*Client
	for _, c := range seed.Clients {
		client, err := msp.sow(ctx, c)
		if err != nil {
			return nil, nil, fmt.Errorf("seed: client %s: %w", c.Name, err)
		}
		clients = append(clients, client)
	}
	return msp, clients, nil
}

func (m *MSP) sow(ctx context.Context, c SeedClient) (*Client, error) {
	options := ClientOptions{Name: c.Name, PlanType: seedPlans[c.Plan], Seats: c.Seats}
	owner := slices.IndexFunc(c.Members, func(member SeedMember) bool { return seedRoles[member.Role] == roleOwner })
	if owner >= 0 {
		options.OwnerEmail = c.Members[owner].Email
	}
	client, err := m.CreateClient(ctx, options)
	if err != nil {
		return nil, err
	}
	for i, member := range c.Members {
		if err := client.sow(ctx, member, i == owner); err != nil {
			return nil, fmt.Errorf("%s: %w", member.Email, err)
		}
	}
	return client, nil
}

// sow takes a member as far as his status; who is invited already gets no second invitation.
func (c *Client) sow(ctx context.Context, m SeedMember, invited bool) error {
	if !invited {
		if err := c.Invite(ctx, m.Email, seedRoles[m.Role]); err != nil {
			return err
		}
	}
	status := seedStatuses[m.Status]
	if status == statusInvited {
		return nil
	}
	p, err := c.msp.server.Person(ctx, m.Email)
	if err != nil {
		return err
	}
	if status == statusAccepted {
		_, err = p.Accept(ctx, c.ID)
		return err
	}
	_, err = c.Join(ctx, p)
	return err
}
