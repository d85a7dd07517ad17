// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ datasource.DataSourceWithConfigure        = (*memberDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*memberDataSource)(nil)
)

// memberKeys are the attributes that a member can be looked up by.
var memberKeys = []string{"id", "email", "external_id"}

type memberDataSource struct{ fw.DataSource }

func newMemberDataSource() datasource.DataSource { return &memberDataSource{} }

type memberDataModel struct {
	listedMemberModel

	OrganizationID types.String `tfsdk:"organization_id"`
}

func (d *memberDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (d *memberDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	attributes := fw.LookupAttributes("member", listedMemberAttributes(), memberKeys...)
	resp.Schema = schema.Schema{
		MarkdownDescription: "A person in a client organization, looked up by id, by the exact e-mail address in any " +
			"letter case, or by the exact id in a directory. None or several such members are an error.",
		Attributes: attributes,
	}
}

func (d *memberDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return fw.LookupValidators(memberKeys...)
}

func (d *memberDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, ok := fw.Load[memberDataModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	members, err := d.Client.Members(ctx, model.OrganizationID.ValueString())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read member", err)
		return
	}
	found, err := model.find(members)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find member", err)
		return
	}
	model.listedMemberModel = newListedMember(*found)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

// find returns the only member that has the configured value.
func (m memberDataModel) find(members []bitwarden.Member) (*bitwarden.Member, error) {
	name, value := fw.LookedUp(map[string]types.String{
		"id": m.ID, "email": m.Email, "external_id": m.ExternalID,
	})
	var found *bitwarden.Member
	var ids []string
	for _, api := range members {
		key := map[string]string{"id": api.ID, "email": api.Email, "external_id": api.ExternalID}[name]
		if key != "" && (key == value || name == "email" && strings.EqualFold(key, value)) {
			found = &api
			ids = append(ids, api.ID)
		}
	}
	_, err := fw.OnlyID("member", m.OrganizationID.ValueString(), name, value, ids)
	return found, err
}
