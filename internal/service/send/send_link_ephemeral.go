// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*sendLinkEphemeral)(nil)

type sendLinkEphemeral struct{ fw.Ephemeral }

func newSendLinkEphemeral() ephemeral.EphemeralResource { return &sendLinkEphemeral{} }

type sendLinkModel struct {
	SendID types.String `tfsdk:"send_id"`
	Link   types.String `tfsdk:"link"`
}

func (e *sendLinkEphemeral) Metadata(
	_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_send_link"
}

func (e *sendLinkEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The link that opens a Send of the acting account, for use during a run: it is neither in the state " +
			"nor in the plan.",
		Attributes: map[string]schema.Attribute{
			"send_id": schema.StringAttribute{
				MarkdownDescription: "Id of the Send.",
				Required:            true,
				Validators:          []validator.String{fwvalidate.UUID()},
			},
			"link": schema.StringAttribute{
				MarkdownDescription: "Link that opens the Send. It holds the key of the Send.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

// Open reads the link, which changes nothing.
func (e *sendLinkEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	model, ok := fw.Load[sendLinkModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	link, err := e.Client.SendLink(ctx, model.SendID.ValueString())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read link of Send", err)
		return
	}
	model.Link = types.StringValue(link)
	resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
}
