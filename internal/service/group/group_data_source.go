// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ datasource.DataSourceWithConfigure        = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*groupDataSource)(nil)
)

// groupKeys are the attributes that a group can be looked up by.
var groupKeys = []string{"id", "name", "external_id"}

type groupDataSource struct{ fw.DataSource }

func newGroupDataSource() datasource.DataSource { return &groupDataSource{} }

type groupDataModel struct {
	listedGroupModel

	OrganizationID types.String `tfsdk:"organization_id"`
}

func (d *groupDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_group"
}

func (d *groupDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	attributes := fw.LookupAttributes("group", listedGroupAttributes(), groupKeys...)
	resp.Schema = schema.Schema{
		MarkdownDescription: "A group of a client organization with its members and access, looked up by id, by its exact name, or " +
			"by the exact id in a directory. None or several such groups are an error.",
		Attributes: attributes,
	}
}

func (d *groupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return fw.LookupValidators(groupKeys...)
}

func (d *groupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, ok := fw.Load[groupDataModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	groups, err := d.Client.GroupsWithMembers(ctx, model.OrganizationID.ValueString())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read group", err)
		return
	}
	found, err := model.find(groups)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find group", err)
		return
	}
	model.listedGroupModel = newListedGroup(*found)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

// find returns the only group that has the configured value.
func (m groupDataModel) find(groups []bitwarden.Group) (*bitwarden.Group, error) {
	name, value := fw.LookedUp(map[string]types.String{
		"id": m.ID, "name": m.Name, "external_id": m.ExternalID,
	})
	var found *bitwarden.Group
	var ids []string
	for _, g := range groups {
		key := map[string]string{"id": g.ID, "name": g.Name, "external_id": g.ExternalID}[name]
		if key != "" && key == value {
			found = &g
			ids = append(ids, g.ID)
		}
	}
	_, err := fw.OnlyID("group", m.OrganizationID.ValueString(), name, value, ids)
	return found, err
}
