// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// ProviderRole is what a provider user may do.
type ProviderRole string

// Roles of provider users.
const (
	ProviderRoleAdmin       ProviderRole = "admin"
	ProviderRoleServiceUser ProviderRole = "service_user"
)

// ProviderRoles lists them in the order of documentation.
var ProviderRoles = []ProviderRole{ProviderRoleAdmin, ProviderRoleServiceUser}

// providerRoleNumbers are the server's (ProviderUserType).
var providerRoleNumbers = map[ProviderRole]int{ProviderRoleAdmin: providerUserAdmin, ProviderRoleServiceUser: 1}

// ProviderUser is somebody who works for the provider (GET /providers/{id}/users).
type ProviderUser struct {
	ID         string
	ProviderID string
	UserID     string // Empty while invited.
	Email      string
	Name       string
	Role       ProviderRole
	Status     MemberStatus // Invited, accepted or confirmed.
}

// providerUserCache is the list of the provider's users by id. Its map is replaced, never changed.
type providerUserCache struct {
	slot slot
	rows map[string]wireProviderUser
}

type wireProviderUser struct {
	ID     string `json:"id"`
	UserID string `json:"userId"`
	Email  string `json:"email"`
	Name   string `json:"name"`
	Type   int    `json:"type"`
	Status int    `json:"status"`
}

func (u wireProviderUser) role() ProviderRole {
	for role, n := range providerRoleNumbers {
		if n == u.Type {
			return role
		}
	}
	return ProviderRole(fmt.Sprintf("unknown (%d)", u.Type))
}

func (u wireProviderUser) toDomain(providerID string) ProviderUser {
	status := cmp.Or(statusNames[u.Status], MemberStatus(fmt.Sprintf("unknown (%d)", u.Status)))
	return ProviderUser{
		ID: u.ID, ProviderID: providerID, UserID: u.UserID, Email: u.Email, Name: u.Name, Role: u.role(), Status: status,
	}
}

// providerUserRows lists the provider's users, which only an admin may.
func (c *Client) providerUserRows(ctx context.Context) (id string, rows map[string]wireProviderUser, err error) {
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return "", nil, err
	}
	if err := c.RequireProviderAdmin(ctx); err != nil {
		return "", nil, err
	}
	err = c.providerUsers.slot.read(ctx, func(ctx context.Context) (func(), error) {
		list, err := getJSON[struct {
			Data []wireProviderUser `json:"data"`
		}](ctx, c, "/providers/{id}/users", provider.ID)
		byID := make(map[string]wireProviderUser, len(list.Data))
		for _, row := range list.Data {
			byID[row.ID] = row
		}
		return func() { c.providerUsers.rows = byID }, err
	}, func() { rows = c.providerUsers.rows })
	return provider.ID, rows, err
}

// freshProviderUserRows lists the provider's users anew.
func (c *Client) freshProviderUserRows(ctx context.Context) (map[string]wireProviderUser, error) {
	c.providerUsers.slot.empty()
	_, rows, err := c.providerUserRows(ctx)
	return rows, err
}

// ProviderUsers lists everybody who works for the provider, by e-mail address: one request per run, shared.
func (c *Client) ProviderUsers(ctx context.Context) ([]ProviderUser, error) {
	providerID, rows, err := c.providerUserRows(ctx)
	if err != nil {
		return nil, err
	}
	users := make([]ProviderUser, 0, len(rows))
	for _, row := range rows {
		users = append(users, row.toDomain(providerID))
	}
	slices.SortFunc(users, func(a, b ProviderUser) int {
		return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID))
	})
	return users, nil
}

// ProviderUser returns one user by id, or a *NotFoundError. The list, if it is not too old, is the proof: it has at least
// the acting account.
func (c *Client) ProviderUser(ctx context.Context, id string) (*ProviderUser, error) {
	began := time.Now()
	providerID, rows, err := c.providerUserRows(ctx)
	if _, ok := rows[id]; !ok && err == nil {
		c.providerUsers.slot.emptyBefore(began.Add(-freshEnough))
		providerID, rows, err = c.providerUserRows(ctx)
	}
	if err != nil {
		return nil, err
	}
	row, ok := rows[id]
	if !ok {
		return nil, &NotFoundError{Kind: "provider user", ID: id}
	}
	return new(row.toDomain(providerID)), nil
}

// ProviderUserByEmail returns the user with this address, compared without regard to case, or a *NotFoundError.
func (c *Client) ProviderUserByEmail(ctx context.Context, email string) (*ProviderUser, error) {
	providerID, rows, err := c.providerUserRows(ctx)
	if err != nil {
		return nil, err
	}
	row, ok := providerUserWith(rows, email)
	if !ok {
		return nil, &NotFoundError{Kind: "provider user", By: "email", ID: email}
	}
	return new(row.toDomain(providerID)), nil
}

func providerUserWith(rows map[string]wireProviderUser, email string) (wireProviderUser, bool) {
	email = normalizeEmail(email)
	for _, row := range rows {
		if normalizeEmail(row.Email) == email {
			return row, true
		}
	}
	return wireProviderUser{}, false
}

// UpdateProviderUser gives a user another role (PUT /providers/{id}/users/{user}). The acting account keeps its own: it
// would lose the right to go on, and be the last admin perhaps.
func (c *Client) UpdateProviderUser(ctx context.Context, id string, role ProviderRole) (*ProviderUser, error) {
	number, ok := providerRoleNumbers[role]
	if !ok {
		return nil, &InputError{"role", fmt.Sprintf("%q is no role of provider users", role), oneOf(ProviderRoles)}
	}
	user, err := c.ProviderUser(ctx, id)
	if err != nil || user.Role == role {
		return user, err
	}
	if err := c.checkOtherUser(ctx, user, "role", "demoted"); err != nil {
		return nil, err
	}
	err = c.do(ctx, &call{
		method: http.MethodPut, route: "/providers/{id}/users/{user}", args: []string{user.ProviderID, id},
		body: map[string]int{"type": number},
	})
	if err != nil {
		c.providerUsers.slot.empty()
		if hasStatus(err, http.StatusNotFound) {
			if _, listErr := c.ProviderUser(ctx, id); listErr != nil {
				return nil, listErr
			}
		}
		return nil, err
	}
	c.providerUsers.slot.patch(func() {
		rows := maps.Clone(c.providerUsers.rows)
		row := rows[id]
		row.Type = number
		rows[id] = row
		c.providerUsers.rows = rows
	})
	return c.ProviderUser(ctx, id)
}

// checkOtherUser refuses the acting account, which is a confirmed admin: the provider keeps at least that one.
func (c *Client) checkOtherUser(ctx context.Context, user *ProviderUser, field, verb string) error {
	profile, err := c.readProfile(ctx)
	if err != nil || user.UserID != profile.ID {
		return err
	}
	return &InputError{
		field, fmt.Sprintf("%s is the account that Terraform uses, and is never %s", user.Email, verb),
		"Let another provider admin do it.",
	}
}
