// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

// OrganizationListSchema configures a list resource of one organization's objects; kinds is their name in the plural.
func OrganizationListSchema(kinds string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the " + kinds + " of a client organization, for import.",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Id of the client organization.",
				Required:            true,
				Validators:          []validator.String{fwvalidate.UUID()},
			},
		},
	}
}

// ListedOrganization returns the organization id of a list that OrganizationListSchema configures. With false the
// caller returns: the stream has the reason.
func ListedOrganization(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) (string, bool) {
	var id string
	var diags diag.Diagnostics
	diags.Append(req.Config.GetAttribute(ctx, path.Root("organization_id"), &id)...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
	}
	return id, !diags.HasError()
}
