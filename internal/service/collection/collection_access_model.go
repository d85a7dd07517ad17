// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

type collectionAccessModel struct {
	collectionAccessIdentity

	Permission types.String `tfsdk:"permission"`
}

// collectionAccessIdentity has one grantee; the id of the other kind is null.
type collectionAccessIdentity struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	CollectionID   types.String `tfsdk:"collection_id"`
	GroupID        types.String `tfsdk:"group_id"`
	MemberID       types.String `tfsdk:"member_id"`
}

func newCollectionAccess(organizationID, collection string, grantee bitwarden.Grantee) collectionAccessModel {
	return collectionAccessModel{collectionAccessIdentity: collectionAccessIdentity{
		OrganizationID: types.StringValue(organizationID),
		CollectionID:   types.StringValue(collection),
		GroupID:        fw.StringOrNull(grantee.Group),
		MemberID:       fw.StringOrNull(grantee.Member),
	}}
}

func (m collectionAccessModel) identity() collectionAccessIdentity { return m.collectionAccessIdentity }

func (m collectionAccessModel) grantee() bitwarden.Grantee {
	return bitwarden.Grantee{Group: m.GroupID.ValueString(), Member: m.MemberID.ValueString()}
}

func (m collectionAccessModel) with(permission bitwarden.Permission) collectionAccessModel {
	m.Permission = types.StringValue(string(permission))
	return m
}

// edges is the relation that the access is part of, and the id of its other end.
func (m collectionAccessModel) edges(run *fw.Run) (*fw.Edges, types.String) {
	if m.GroupID.IsNull() {
		return &run.CollectionMembers, m.MemberID
	}
	return &run.CollectionGroups, m.GroupID
}

// key names the access in messages.
func (m collectionAccessModel) key() string {
	return m.CollectionID.ValueString() + "/" + m.GroupID.ValueString() + m.MemberID.ValueString()
}
