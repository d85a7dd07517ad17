// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ list.ListResourceWithConfigure = (*groupList)(nil)

// groupList shares type name and client with the resource it lists.
type groupList struct{ groupResource }

func newGroupList() list.ListResource { return &groupList{} }

func (l *groupList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = fw.OrganizationListSchema("groups")
}

func (l *groupList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	organizationID, ok := fw.ListedOrganization(ctx, req, stream)
	if !ok {
		return
	}
	read := l.Client.Groups
	if req.IncludeResource {
		read = l.Client.GroupsWithMembers
	}
	groups, err := read(ctx, organizationID)
	results := make([]fw.Listed, 0, len(groups))
	for _, g := range sorted(groups) {
		model := imported().fromAPI(&g)
		results = append(results, fw.Listed{
			DisplayName: g.Name,
			Identity:    model.identity(),
			Resource:    func() (any, error) { return model, nil },
		})
	}
	fw.List(ctx, req, stream, "groups", results, err)
}
