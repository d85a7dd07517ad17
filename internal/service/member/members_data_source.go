// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

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

var _ datasource.DataSourceWithConfigure = (*membersDataSource)(nil)

type membersDataSource struct{ fw.DataSource }

func newMembersDataSource() datasource.DataSource { return &membersDataSource{} }

type membersModel struct {
	OrganizationID types.String        `tfsdk:"organization_id"`
	Members        []listedMemberModel `tfsdk:"members"`
}

type listedMemberModel struct {
	ID                      types.String `tfsdk:"id"`
	UserID                  types.String `tfsdk:"user_id"`
	Email                   types.String `tfsdk:"email"`
	Name                    types.String `tfsdk:"name"`
	Role                    types.String `tfsdk:"role"`
	Permissions             types.Object `tfsdk:"permissions"`
	Status                  types.String `tfsdk:"status"`
	AccessSecretsManager    types.Bool   `tfsdk:"access_secrets_manager"`
	ExternalID              types.String `tfsdk:"external_id"`
	Groups                  types.Set    `tfsdk:"groups"`
	Collections             types.Map    `tfsdk:"collections"`
	TwoStepLoginEnabled     types.Bool   `tfsdk:"two_step_login_enabled"`
	AccountRecoveryEnrolled types.Bool   `tfsdk:"account_recovery_enrolled"`
	ClaimedByOrganization   types.Bool   `tfsdk:"claimed_by_organization"`
	RevocationReason        types.String `tfsdk:"revocation_reason"`
}

func (d *membersDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_members"
}

func (d *membersDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Everybody in a client organization with role, status, groups and direct access, in the " +
			"order of their addresses.",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Id of the client organization.",
				Required:            true,
				Validators:          []validator.String{fwvalidate.UUID()},
			},
			"members": schema.ListNestedAttribute{
				MarkdownDescription: "The members.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: listedMemberAttributes()},
			},
		},
	}
}

func listedMemberAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}
	permissionFlags := map[string]schema.Attribute{}
	for _, p := range permissions() {
		permissionFlags[p.name] = flag("Whether the person may " + p.what + ".")
	}
	return map[string]schema.Attribute{
		"id":      text("Id of the member."),
		"user_id": text("Id of the person's account; null until the invitation is accepted."),
		"email":   text("E-mail address of the person."),
		"name":    text("Name in the person's account; null until the invitation is accepted."),
		"role":    text("What the person may do, " + fw.OneOf(fw.Strings(bitwarden.Roles)) + "."),
		"permissions": schema.SingleNestedAttribute{
			MarkdownDescription: "Rights of the role `custom`; null for other roles.",
			Computed:            true,
			Attributes:          permissionFlags,
		},
		"status":                 text(statusDescription),
		"access_secrets_manager": flag("Whether the person may use Secrets Manager."),
		"external_id":            text("Id of the person in a directory."),
		"groups": schema.SetAttribute{
			MarkdownDescription: "Ids of the groups that the person is in.",
			Computed:            true,
			ElementType:         types.StringType,
		},
		"collections": schema.MapAttribute{
			MarkdownDescription: "Direct permissions of the person by the id of the collection. A permission is " +
				fw.OneOf(fw.Strings(bitwarden.CollectionPermissions)) + ".",
			Computed:    true,
			ElementType: types.StringType,
		},
		"two_step_login_enabled":    flag("Whether the person's account has two-step login."),
		"account_recovery_enrolled": flag("Whether the organization can recover the person's account."),
		"claimed_by_organization":   flag("Whether the organization has claimed the person's account by its domain."),
		"revocation_reason":         text("Why the person's access was revoked, where the server says so."),
	}
}

func (d *membersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, ok := fw.Load[membersModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	members, err := d.Client.Members(ctx, model.OrganizationID.ValueString())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not list members", err)
		return
	}
	model.fromAPI(members)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *membersModel) fromAPI(members []bitwarden.Member) {
	m.Members = make([]listedMemberModel, 0, len(members))
	for _, api := range sorted(members) {
		m.Members = append(m.Members, newListedMember(api))
	}
}

func newListedMember(api bitwarden.Member) listedMemberModel {
	return listedMemberModel{
		ID:                      types.StringValue(api.ID),
		UserID:                  fw.StringOrNull(api.UserID),
		Email:                   types.StringValue(api.Email),
		Name:                    fw.StringOrNull(api.Name),
		Role:                    types.StringValue(string(api.Role)),
		Permissions:             permissionsFromAPI(api.Permissions),
		Status:                  types.StringValue(string(api.Status)),
		AccessSecretsManager:    types.BoolValue(api.AccessSecretsManager),
		ExternalID:              fw.StringOrNull(api.ExternalID),
		Groups:                  fw.IDSet(api.Groups),
		Collections:             fw.AccessList(api.Collections),
		TwoStepLoginEnabled:     types.BoolValue(api.TwoStepLoginEnabled),
		AccountRecoveryEnrolled: types.BoolValue(api.AccountRecoveryEnrolled),
		ClaimedByOrganization:   types.BoolValue(api.ClaimedByOrganization),
		RevocationReason:        fw.StringOrNull(api.RevocationReason),
	}
}

// sorted orders by address, and equal addresses by id: the server's order means nothing.
func sorted(members []bitwarden.Member) []bitwarden.Member {
	return slices.SortedFunc(slices.Values(members), func(a, b bitwarden.Member) int {
		return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID))
	})
}
