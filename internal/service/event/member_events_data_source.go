// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package event

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ datasource.DataSourceWithConfigure      = (*memberEventsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*memberEventsDataSource)(nil)
)

type memberEventsDataSource struct{ fw.DataSource }

func newMemberEventsDataSource() datasource.DataSource { return &memberEventsDataSource{} }

type memberEventsModel struct {
	logModel

	OrganizationID   types.String `tfsdk:"organization_id"`
	MemberID         types.String `tfsdk:"member_id"`
	ResolveItemNames types.Bool   `tfsdk:"resolve_item_names"`
}

func (d *memberEventsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_member_events"
}

func (d *memberEventsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = organizationLogSchema(
		"What one member did in a client organization. What was done to the member is in the log of the organization.",
		map[string]schema.Attribute{"member_id": schema.StringAttribute{
			MarkdownDescription: "Id of the member, who must have accepted the invitation.",
			Required:            true,
			Validators:          []validator.String{fwvalidate.UUID()},
		}})
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *memberEventsDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	validateRange(ctx, req, resp)
}

func (d *memberEventsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[memberEventsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	query := model.toAPI()
	query.DecryptNames = model.ResolveItemNames.ValueBool()
	log, err := d.Client.MemberEvents(ctx, model.OrganizationID.ValueString(), model.MemberID.ValueString(), query)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the events", err)
		return
	}
	model.fromAPI(log)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}
