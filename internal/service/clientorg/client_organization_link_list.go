// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ list.ListResourceWithConfigure = (*clientLinkList)(nil)

// clientLinkList shares type name and client with the resource it lists.
type clientLinkList struct{ clientLinkResource }

func newClientLinkList() list.ListResource { return &clientLinkList{} }

func (l *clientLinkList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the links of all client organizations of the provider, for import.",
	}
}

func (l *clientLinkList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	clients, err := l.Client.ClientOrganizations(ctx)
	results := make([]fw.Listed, 0, len(clients))
	for _, c := range clients {
		results = append(results, fw.Listed{
			DisplayName: c.Name,
			Identity:    organizationIdentity{OrganizationID: types.StringValue(c.ID)},
			Resource:    func() (any, error) { return new(clientLinkModel).fromAPI(&c), nil },
		})
	}
	fw.List(ctx, req, stream, "client organizations", results, err)
}
