// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

type groupModel struct {
	ID             types.String `tfsdk:"id"`
	OrganizationID types.String `tfsdk:"organization_id"`
	Name           types.String `tfsdk:"name"`
	ExternalID     types.String `tfsdk:"external_id"`
	Collections    types.Map    `tfsdk:"collections"`
	Members        types.Set    `tfsdk:"members"`
}

// toAPI is what creating the group takes.
func (m groupModel) toAPI() bitwarden.NewGroup {
	return bitwarden.NewGroup{
		Name:        m.Name.ValueString(),
		ExternalID:  m.ExternalID.ValueString(),
		Collections: fw.Access(m.Collections),
		Members:     fw.IDs(m.Members),
	}
}

// toUpdate is everything that is managed here, and whether any of it differs from what there is. It is written as a
// whole, because somebody can edit the group until then, and an apply has to return what the plan promised.
func (m groupModel) toUpdate(current groupModel) (u bitwarden.GroupUpdate, changed bool) {
	u = bitwarden.GroupUpdate{
		Name: m.Name.ValueStringPointer(), Collections: fw.Access(m.Collections), Members: fw.IDs(m.Members),
	}
	if fw.SetsExternalID(m.ExternalID, current.ExternalID) {
		u.ExternalID = m.ExternalID.ValueStringPointer()
	}
	return u, u.ExternalID != nil || !m.Name.Equal(current.Name) || !m.Collections.Equal(current.Collections) ||
		!m.Members.Equal(current.Members)
}

// without leaves out what the plan has from the state alone, and what others may have changed meanwhile.
func (m groupModel) without(config groupModel) groupModel {
	if config.ExternalID.IsNull() {
		m.ExternalID = types.StringUnknown()
	}
	return m
}

// fromAPI takes the server's values into a plan or state. What is null there is not managed here and stays null.
// Members that were not read stay as they are.
func (m groupModel) fromAPI(g *bitwarden.Group) groupModel {
	members := m.Members
	if g.Members != nil {
		members = fw.IDSetValue(m.Members, g.Members)
	}
	return groupModel{
		ID:             types.StringValue(g.ID),
		OrganizationID: types.StringValue(g.OrganizationID),
		Name:           types.StringValue(g.Name),
		ExternalID:     fw.StringOrNull(g.ExternalID),
		Collections:    fw.AccessValue(m.Collections, g.Collections),
		Members:        members,
	}
}

// promised keeps what the plan knew: an external id that a directory sets meanwhile shows in the next plan.
func (m groupModel) promised(plan groupModel) groupModel {
	if !plan.ExternalID.IsUnknown() {
		m.ExternalID = plan.ExternalID
	}
	return m
}

// imported is a model that manages the members. Access to collections stays out of it: an imported collection brings
// its groups along, and one of the two sides has to be chosen.
func imported() groupModel {
	return groupModel{Collections: types.MapNull(types.StringType), Members: fw.IDSet(nil)}
}

func (m groupModel) identity() fw.OrganizationIdentity {
	return fw.OrganizationIdentity{OrganizationID: m.OrganizationID, ID: m.ID}
}
