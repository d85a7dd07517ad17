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

var _ list.ListResourceWithConfigure = (*clientOrganizationList)(nil)

// clientOrganizationList shares type name and client with the resource it lists.
type clientOrganizationList struct{ clientOrganizationResource }

func newClientOrganizationList() list.ListResource { return &clientOrganizationList{} }

func (l *clientOrganizationList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{MarkdownDescription: "Lists the client organizations of the provider, for import."}
}

func (l *clientOrganizationList) List(
	ctx context.Context, req list.ListRequest, stream *list.ListResultsStream,
) {
	clients, err := l.Client.ClientOrganizations(ctx)
	results := make([]fw.Listed, 0, len(clients))
	for _, c := range clients {
		results = append(results, fw.Listed{
			DisplayName: c.Name,
			Identity:    clientOrganizationIdentity{ID: types.StringValue(c.ID)},
			Resource: func() (any, error) {
				model := clientOrganizationModel{ID: types.StringValue(c.ID)}
				read, err := l.read(ctx, &model)
				if err != nil {
					return nil, err
				}
				return model.fromAPI(read), nil
			},
		})
	}
	fw.List(ctx, req, stream, "client organizations", results, err)
}
