// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ list.ListResourceWithConfigure = (*collectionList)(nil)

// collectionList shares type name and client with the resource it lists.
type collectionList struct{ collectionResource }

func newCollectionList() list.ListResource { return &collectionList{} }

func (l *collectionList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = fw.OrganizationListSchema("shared collections")
}

func (l *collectionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	organizationID, ok := fw.ListedOrganization(ctx, req, stream)
	if !ok {
		return
	}
	all := bitwarden.Access{Groups: req.IncludeResource, Members: req.IncludeResource}
	collections, err := l.Client.Collections(ctx, organizationID, all)
	results := make([]fw.Listed, 0, len(collections))
	for _, c := range sorted(collections) {
		model := imported().fromAPI(&c)
		results = append(results, fw.Listed{
			DisplayName: c.Name,
			Identity:    model.identity(),
			Resource:    func() (any, error) { return model, nil },
		})
	}
	fw.List(ctx, req, stream, "collections", results, err)
}
