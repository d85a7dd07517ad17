// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ list.ListResourceWithConfigure = (*memberList)(nil)

// memberList shares type name and client with the resource it lists.
type memberList struct{ memberResource }

func newMemberList() list.ListResource { return &memberList{} }

func (l *memberList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = fw.OrganizationListSchema("members")
}

func (l *memberList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	organizationID, ok := fw.ListedOrganization(ctx, req, stream)
	if !ok {
		return
	}
	members, err := l.Client.Members(ctx, organizationID)
	results := make([]fw.Listed, 0, len(members))
	for _, m := range sorted(members) {
		model := imported().fromAPI(&m)
		results = append(results, fw.Listed{
			DisplayName: m.Email,
			Identity:    model.identity(),
			Resource:    func() (any, error) { return model, nil },
		})
	}
	fw.List(ctx, req, stream, "members", results, err)
}
