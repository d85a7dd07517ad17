// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

type collectionModel struct {
	ID             types.String `tfsdk:"id"`
	OrganizationID types.String `tfsdk:"organization_id"`
	Name           types.String `tfsdk:"name"`
	ExternalID     types.String `tfsdk:"external_id"`
	Groups         types.Map    `tfsdk:"groups"`
	Members        types.Map    `tfsdk:"members"`
}

// toAPI is what creating the collection takes.
func (m collectionModel) toAPI() bitwarden.NewCollection {
	return bitwarden.NewCollection{
		Name:       m.Name.ValueString(),
		ExternalID: m.ExternalID.ValueString(),
		Groups:     fw.Access(m.Groups),
		Members:    fw.Access(m.Members),
	}
}

// toUpdate is everything that is managed here, and whether any of it differs from what there is. It is written as a
// whole, because somebody can edit the collection until then, and an apply has to return what the plan promised. An
// external id that the state has and the plan does not was set from here and is cleared.
func (m collectionModel) toUpdate(state, current collectionModel) (u bitwarden.CollectionUpdate, changed bool) {
	u = bitwarden.CollectionUpdate{
		Name: m.Name.ValueStringPointer(), ExternalID: m.ExternalID.ValueStringPointer(),
		Groups: fw.Access(m.Groups), Members: fw.Access(m.Members),
	}
	clears := m.ExternalID.IsNull() && !state.ExternalID.IsNull()
	if clears {
		u.ExternalID = new("")
	}
	return u, clears || !m.Name.Equal(current.Name) || !m.ExternalID.Equal(current.ExternalID) ||
		!m.Groups.Equal(current.Groups) || !m.Members.Equal(current.Members)
}

// fromAPI takes the server's values into a plan or state. What is null there is not managed here and stays null.
func (m collectionModel) fromAPI(c *bitwarden.Collection) collectionModel {
	externalID := types.StringNull()
	if !m.ExternalID.IsNull() {
		externalID = fw.StringOrNull(c.ExternalID)
	}
	return collectionModel{
		ID:             types.StringValue(c.ID),
		OrganizationID: types.StringValue(c.OrganizationID),
		Name:           types.StringValue(c.Name),
		ExternalID:     externalID,
		Groups:         fw.AccessValue(m.Groups, c.Groups),
		Members:        fw.AccessValue(m.Members, c.Members),
	}
}

// imported is a model that manages the access lists: fromAPI fills them from the server. The external id stays out,
// since a configuration that leaves it out would clear it.
func imported() collectionModel {
	return collectionModel{Groups: fw.AccessList(nil), Members: fw.AccessList(nil)}
}

func (m collectionModel) identity() fw.OrganizationIdentity {
	return fw.OrganizationIdentity{OrganizationID: m.OrganizationID, ID: m.ID}
}

// access says which lists are managed here and so have to be read.
func (m collectionModel) access() bitwarden.Access {
	return bitwarden.Access{Groups: !m.Groups.IsNull(), Members: !m.Members.IsNull()}
}

// unmanaged tells whether the planned lists certainly name nobody who may manage the collection.
func (m collectionModel) unmanaged() bool {
	for _, list := range []types.Map{m.Groups, m.Members} {
		if list.IsUnknown() {
			return false
		}
		for _, permission := range list.Elements() {
			if permission.IsUnknown() || permission.Equal(types.StringValue(string(bitwarden.PermissionManage))) {
				return false
			}
		}
	}
	return true
}
