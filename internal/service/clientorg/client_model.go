// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// clientModel is a client in data sources, which show what the server says and nothing else.
type clientModel struct {
	ID                     types.String `tfsdk:"id"`
	ProviderOrganizationID types.String `tfsdk:"provider_organization_id"`
	Name                   types.String `tfsdk:"name"`
	Plan                   types.String `tfsdk:"plan"`
	Seats                  types.Int64  `tfsdk:"seats"`
	OccupiedSeats          types.Int64  `tfsdk:"occupied_seats"`
	UserCount              types.Int64  `tfsdk:"user_count"`
	Abilities              types.Map    `tfsdk:"abilities"`
}

type clientsModel struct {
	ClientOrganizations []clientModel `tfsdk:"client_organizations"`
}

func newClientModel(c *bitwarden.ClientOrganization) clientModel {
	return clientModel{
		ID:                     types.StringValue(c.ID),
		ProviderOrganizationID: types.StringValue(c.LinkID),
		Name:                   types.StringValue(c.Name),
		Plan:                   planName(c),
		Seats:                  types.Int64Value(int64(c.Seats)),
		OccupiedSeats:          types.Int64Value(int64(c.OccupiedSeats)),
		UserCount:              types.Int64Value(int64(c.UserCount)),
		Abilities:              fw.BoolMap(c.Abilities),
	}
}

func newClientsModel(clients []bitwarden.ClientOrganization) clientsModel {
	models := make([]clientModel, 0, len(clients))
	for _, c := range byName(clients) {
		models = append(models, newClientModel(&c))
	}
	return clientsModel{ClientOrganizations: models}
}

// findClient returns the one client with the id or, when that is empty, with the exact name.
func findClient(clients []bitwarden.ClientOrganization, id, name string) (*bitwarden.ClientOrganization, error) {
	attribute, wanted := "id", id
	if id == "" {
		attribute, wanted = "name", name
	}
	var found []bitwarden.ClientOrganization
	var matches, candidates []string
	for _, c := range byName(clients) {
		words := fmt.Sprintf("%s (%s)", c.Name, c.ID)
		candidates = append(candidates, words)
		if id != "" && c.ID == id || id == "" && c.Name == name {
			found = append(found, c)
			matches = append(matches, words)
		}
	}
	if len(found) != 1 {
		return nil, fw.LookupError("client organization", attribute, wanted, matches, candidates)
	}
	return &found[0], nil
}
