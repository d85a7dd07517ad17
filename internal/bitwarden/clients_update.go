// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"net/http"
)

// UpdateClientOrganization renames a client or changes its seats (PUT /providers/{id}/clients/{link}). The server writes
// both whatever was meant, so that what is not to change is read just before.
func (c *Client) UpdateClientOrganization(
	ctx context.Context, id string, u ClientOrganizationUpdate,
) (*ClientOrganization, error) {
	if u.Name != nil {
		if err := CheckOrganizationName(*u.Name); err != nil {
			return nil, err
		}
	}
	ctx, provider, leave, err := c.enterProvider(ctx, id)
	if err != nil {
		return nil, err
	}
	defer leave()
	c.clients.slot.empty()
	row, err := c.clientRow(ctx, id)
	if err != nil {
		return nil, err
	}
	before := row
	if u.Name != nil {
		row.Name = *u.Name
	}
	if u.Seats != nil {
		row.Seats = *u.Seats
	}
	if row == before {
		return c.toClientOrganization(ctx, row)
	}
	if row.Seats != before.Seats && row.Seats < row.OccupiedSeats {
		return nil, &InputError{
			"seats", fmt.Sprintf("%d seats are fewer than the %d that are occupied", row.Seats, row.OccupiedSeats),
			"Remove or revoke members first, or keep as many seats as there are members.",
		}
	}
	err = c.do(ctx, &call{
		method: http.MethodPut, route: "/providers/{id}/clients/{link}", args: []string{provider, row.LinkID},
		body: map[string]any{"name": row.Name, "assignedSeats": row.Seats},
	})
	if err != nil {
		c.clients.slot.empty() // it may have been executed
		return nil, err
	}
	c.patchClient(id, func(r *wireClient) { r.Name, r.Seats = row.Name, row.Seats })
	o := c.organization(id)
	o.row.patch(func() { o.organization.Name, o.organization.Seats = row.Name, row.Seats })
	return c.toClientOrganization(ctx, row)
}

// enterProvider takes the lanes of the provider and of one client.
func (c *Client) enterProvider(
	ctx context.Context, id string,
) (_ context.Context, providerID string, leave func(), err error) {
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return ctx, "", nil, err
	}
	ctx, leaveProvider, err := c.lanes.enter(ctx, providerLane(provider.ID))
	if err != nil {
		return ctx, "", nil, err
	}
	ctx, leaveOrganization, err := c.lanes.enter(ctx, id)
	if err != nil {
		leaveProvider()
		return ctx, "", nil, err
	}
	return ctx, provider.ID, func() { leaveOrganization(); leaveProvider() }, nil
}

// DeleteClientOrganization deletes the client with everything in it (DELETE /organizations/{id}); it needs the master
// password. A client that is gone already is a success.
func (c *Client) DeleteClientOrganization(ctx context.Context, id string) error {
	ctx, _, leave, err := c.enterProvider(ctx, id)
	if err != nil {
		return err
	}
	defer leave()
	return c.part(ctx, id, func(wireClient) error {
		hash, err := c.passwordHash(ctx)
		if err != nil {
			return err
		}
		return c.do(ctx, &call{
			method: http.MethodDelete, route: "/organizations/{id}", args: []string{id},
			body: map[string]string{"masterPasswordHash": hash},
		})
	})
}

// CheckUnlink tells why a client cannot be unlinked, if that is so: it takes a provider admin, and a confirmed owner inside
// the client who can take over. A client that is gone already has nothing in its way.
func (c *Client) CheckUnlink(ctx context.Context, id string) error {
	row, err := c.clientRow(ctx, id)
	if IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := c.RequireProviderAdmin(ctx); err != nil {
		return err
	}
	owners, err := c.confirmedOwners(ctx, id)
	if err != nil || len(owners) > 0 {
		return err
	}
	return &InputError{
		"", fmt.Sprintf("The client %q (%s) has no confirmed owner of its own who could take over", row.Name, id),
		"Let an owner accept the invitation and be confirmed first.",
	}
}

// UnlinkClientOrganization hands the client back to its owners (DELETE /providers/{id}/organizations/{link}), after
// CheckUnlink. A client that is gone already is a success.
func (c *Client) UnlinkClientOrganization(ctx context.Context, id string) error {
	ctx, provider, leave, err := c.enterProvider(ctx, id)
	if err != nil {
		return err
	}
	defer leave()
	return c.part(ctx, id, func(row wireClient) error {
		if err := c.CheckUnlink(ctx, id); err != nil {
			return err
		}
		return c.do(ctx, &call{
			method: http.MethodDelete, route: "/providers/{id}/organizations/{link}", args: []string{provider, row.LinkID},
		})
	})
}

// part takes a client off the provider. The list tells whether there was anything to do, and, since the server's errors
// do not, whether it was done after all.
func (c *Client) part(ctx context.Context, id string, send func(row wireClient) error) error {
	rows, err := c.freshClientRows(ctx)
	if err != nil {
		return err
	}
	row, ok := rows[id]
	if !ok {
		return nil
	}
	if err := send(row); err != nil {
		if !isUncertain(err) && !hasStatus(err, http.StatusNotFound) {
			return err
		}
		rows, listErr := c.freshClientRows(ctx)
		if _, still := rows[id]; still || listErr != nil {
			return err
		}
	}
	c.patchClient(id, nil)
	c.forget(id)
	return nil
}
