// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var _ datasource.DataSourceWithConfigure = (*organizationDataSource)(nil)

type organizationDataSource struct{ fw.DataSource }

func newOrganizationDataSource() datasource.DataSource { return &organizationDataSource{} }

// organizationModel is an organization by itself: what the provider's list of clients does not have of it.
type organizationModel struct {
	ID                                   types.String `tfsdk:"id"`
	Name                                 types.String `tfsdk:"name"`
	BillingEmail                         types.String `tfsdk:"billing_email"`
	Plan                                 types.String `tfsdk:"plan"`
	Seats                                types.Int64  `tfsdk:"seats"`
	LimitCollectionCreation              types.Bool   `tfsdk:"limit_collection_creation"`
	LimitCollectionDeletion              types.Bool   `tfsdk:"limit_collection_deletion"`
	LimitItemDeletion                    types.Bool   `tfsdk:"limit_item_deletion"`
	AllowAdminAccessToAllCollectionItems types.Bool   `tfsdk:"allow_admin_access_to_all_collection_items"`
	Abilities                            types.Map    `tfsdk:"abilities"`
}

func newOrganizationModel(o *bitwarden.Organization) organizationModel {
	return organizationModel{
		ID:                                   types.StringValue(o.ID),
		Name:                                 types.StringValue(o.Name),
		BillingEmail:                         types.StringValue(o.BillingEmail),
		Plan:                                 fw.StringOrNull(string(o.Plan)),
		Seats:                                types.Int64Value(int64(o.Seats)),
		LimitCollectionCreation:              types.BoolValue(o.Settings.LimitCollectionCreation),
		LimitCollectionDeletion:              types.BoolValue(o.Settings.LimitCollectionDeletion),
		LimitItemDeletion:                    types.BoolValue(o.Settings.LimitItemDeletion),
		AllowAdminAccessToAllCollectionItems: types.BoolValue(o.Settings.AllowAdminAccessToAllCollectionItems),
		Abilities:                            fw.BoolMap(o.Abilities),
	}
}

func (d *organizationDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

func (d *organizationDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization that the account manages as a provider user or owns itself: its settings and " +
			"abilities. It costs a request per organization; what all clients have in common is in " +
			"`bitwarden_client_organizations`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the organization.",
				Required:            true,
				Validators:          []validator.String{fwvalidate.UUID()},
			},
			"name":          schema.StringAttribute{MarkdownDescription: "Name of the organization.", Computed: true},
			"billing_email": schema.StringAttribute{MarkdownDescription: "E-mail address for billing.", Computed: true},
			"plan": schema.StringAttribute{
				MarkdownDescription: "What the organization has subscribed to: " + fw.OneOf(fw.Strings(bitwarden.Plans)) +
					"; null for another plan.",
				Computed: true,
			},
			"seats": schema.Int64Attribute{MarkdownDescription: "Seats of the organization.", Computed: true},
			"limit_collection_creation": flag("Whether only owners, admins and members with the permission may create " +
				"collections."),
			"limit_collection_deletion": flag("Whether only owners, admins and members with the permission may delete " +
				"collections."),
			"limit_item_deletion": flag("Whether only members with the permission `manage` on a collection may delete its " +
				"items."),
			"allow_admin_access_to_all_collection_items": flag("Whether owners and admins may see and change the items of " +
				"every collection."),
			"abilities": schema.MapAttribute{
				MarkdownDescription: "What the organization's plan includes and which of its switches are on, by name, such as " +
					"`use_policies`.",
				Computed:    true,
				ElementType: types.BoolType,
			},
		},
	}
}

func (d *organizationDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	config, ok := fw.Load[organizationModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	o, err := d.Client.Organization(ctx, config.ID.ValueString())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read organization", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, newOrganizationModel(o), nil, &resp.Diagnostics)
}
