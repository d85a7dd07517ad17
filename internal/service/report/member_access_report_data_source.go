// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ datasource.DataSourceWithConfigure = (*memberAccessDataSource)(nil)

type memberAccessDataSource struct{ fw.DataSource }

func newMemberAccessDataSource() datasource.DataSource { return &memberAccessDataSource{} }

type memberAccessModel struct {
	OrganizationID types.String          `tfsdk:"organization_id"`
	IncludeNames   types.Bool            `tfsdk:"include_names"`
	Members        []reachingMemberModel `tfsdk:"members"`
}

type reachingMemberModel struct {
	MemberID                types.String `tfsdk:"member_id"`
	Email                   types.String `tfsdk:"email"`
	Name                    types.String `tfsdk:"name"`
	TwoStepLoginEnabled     types.Bool   `tfsdk:"two_step_login_enabled"`
	AccountRecoveryEnrolled types.Bool   `tfsdk:"account_recovery_enrolled"`
	UsesKeyConnector        types.Bool   `tfsdk:"uses_key_connector"`
	CollectionCount         types.Int64  `tfsdk:"collection_count"`
	GroupCount              types.Int64  `tfsdk:"group_count"`
	ItemCount               types.Int64  `tfsdk:"item_count"`
	Grants                  []grantModel `tfsdk:"grants"`
}

type grantModel struct {
	CollectionID   types.String `tfsdk:"collection_id"`
	CollectionName types.String `tfsdk:"collection_name"`
	GroupID        types.String `tfsdk:"group_id"`
	GroupName      types.String `tfsdk:"group_name"`
	Permission     types.String `tfsdk:"permission"`
	ItemCount      types.Int64  `tfsdk:"item_count"`
}

func memberAccessAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"member_id":                 text("Id of the member."),
		"email":                     text("E-mail address of the member."),
		"name":                      text("Name in the member's account; null until the invitation is accepted."),
		"two_step_login_enabled":    flag("Whether the member's account has two-step login."),
		"account_recovery_enrolled": flag("Whether the organization can recover the member's account."),
		"uses_key_connector":        flag("Whether the member's account is unlocked by Key Connector."),
		"collection_count":          number("Number of collections that the member reaches."),
		"group_count":               number("Number of groups through which the member reaches collections."),
		"item_count":                number("Number of items that the member reaches."),
		"grants": schema.ListNestedAttribute{
			MarkdownDescription: "The ways into collections, in the order of the ids of collections and groups.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"collection_id": text("Id of the collection."),
				"collection_name": text("Name of the collection; null without `include_names`, and when it cannot be " +
					"decrypted."),
				"group_id":   text("Id of the group that gives access; null for direct access."),
				"group_name": text("Name of that group; null likewise."),
				"permission": text("What the member may do there, " + fw.OneOf(fw.Strings(bitwarden.CollectionPermissions)) + "."),
				"item_count": number("Number of items in the collection."),
			}},
		},
	}
}

func (d *memberAccessDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_member_access_report"
}

func (d *memberAccessDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What each member of a client organization reaches, directly and through groups. The server " +
			"leaves out revoked members, collections without items, and members who reach such collections only.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"include_names": schema.BoolAttribute{
				MarkdownDescription: "Whether the names of collections are decrypted, which takes the master password; they " +
					"then are in the state. Default: `false`.",
				Optional: true,
			},
			"members": schema.ListNestedAttribute{
				MarkdownDescription: "The members, in the order of their addresses.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: memberAccessAttributes()},
			},
		},
	}
}

func (d *memberAccessDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[memberAccessModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the report on access", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *memberAccessModel) read(ctx context.Context, client *bitwarden.Client) error {
	report, err := client.MemberAccessReport(ctx, m.OrganizationID.ValueString(), m.IncludeNames.ValueBool())
	if err != nil {
		return err
	}
	m.Members = make([]reachingMemberModel, 0, len(report))
	for _, member := range report {
		m.Members = append(m.Members, newReachingMember(member))
	}
	return nil
}

func newReachingMember(api bitwarden.MemberAccess) reachingMemberModel {
	member := reachingMemberModel{
		MemberID: types.StringValue(api.MemberID), Email: types.StringValue(api.Email), Name: fw.StringOrNull(api.Name),
		TwoStepLoginEnabled:     types.BoolValue(api.TwoStepLoginEnabled),
		AccountRecoveryEnrolled: types.BoolValue(api.AccountRecoveryEnrolled),
		UsesKeyConnector:        types.BoolValue(api.UsesKeyConnector),
		CollectionCount:         count(api.Collections), GroupCount: count(api.Groups), ItemCount: count(api.Items),
		Grants: make([]grantModel, 0, len(api.Grants)),
	}
	for _, grant := range api.Grants {
		member.Grants = append(member.Grants, grantModel{
			CollectionID: types.StringValue(grant.CollectionID), CollectionName: fw.StringOrNull(grant.CollectionName),
			GroupID: fw.StringOrNull(grant.GroupID), GroupName: fw.StringOrNull(grant.GroupName),
			Permission: types.StringValue(string(grant.Permission)), ItemCount: count(grant.Items),
		})
	}
	return member
}
