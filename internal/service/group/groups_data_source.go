// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var _ datasource.DataSourceWithConfigure = (*groupsDataSource)(nil)

type groupsDataSource struct{ fw.DataSource }

func newGroupsDataSource() datasource.DataSource { return &groupsDataSource{} }

type groupsModel struct {
	OrganizationID types.String       `tfsdk:"organization_id"`
	Groups         []listedGroupModel `tfsdk:"groups"`
}

type listedGroupModel struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	ExternalID  types.String `tfsdk:"external_id"`
	Collections types.Map    `tfsdk:"collections"`
	Members     types.Set    `tfsdk:"members"`
}

func (d *groupsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_groups"
}

func (d *groupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The groups of a client organization with their members and access, in the order of their " +
			"names.",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Id of the client organization.",
				Required:            true,
				Validators:          []validator.String{fwvalidate.UUID()},
			},
			"groups": schema.ListNestedAttribute{
				MarkdownDescription: "The groups.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: listedGroupAttributes()},
			},
		},
	}
}

func listedGroupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":   schema.StringAttribute{MarkdownDescription: "Id of the group.", Computed: true},
		"name": schema.StringAttribute{MarkdownDescription: "Name of the group.", Computed: true},
		"external_id": schema.StringAttribute{
			MarkdownDescription: "Id of the group in a directory.",
			Computed:            true,
		},
		"collections": schema.MapAttribute{
			MarkdownDescription: "Permissions of the group by the id of the collection. A permission is " +
				fw.OneOf(fw.Strings(bitwarden.CollectionPermissions)) + ".",
			Computed:    true,
			ElementType: types.StringType,
		},
		"members": schema.SetAttribute{
			MarkdownDescription: "Ids of the members (not of the users) who are in the group.",
			Computed:            true,
			ElementType:         types.StringType,
		},
	}
}

func (d *groupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, ok := fw.Load[groupsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	groups, err := d.Client.GroupsWithMembers(ctx, model.OrganizationID.ValueString())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not list groups", err)
		return
	}
	model.fromAPI(groups)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *groupsModel) fromAPI(groups []bitwarden.Group) {
	m.Groups = make([]listedGroupModel, 0, len(groups))
	for _, g := range sorted(groups) {
		m.Groups = append(m.Groups, newListedGroup(g))
	}
}

func newListedGroup(g bitwarden.Group) listedGroupModel {
	return listedGroupModel{
		ID:          types.StringValue(g.ID),
		Name:        types.StringValue(g.Name),
		ExternalID:  fw.StringOrNull(g.ExternalID),
		Collections: fw.AccessList(g.Collections),
		Members:     fw.IDSet(g.Members),
	}
}

// sorted orders by name, and equal names by id: the server's order means nothing.
func sorted(groups []bitwarden.Group) []bitwarden.Group {
	return slices.SortedFunc(slices.Values(groups), func(a, b bitwarden.Group) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}
