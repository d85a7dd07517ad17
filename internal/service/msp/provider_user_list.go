// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ list.ListResourceWithConfigure = (*providerUserList)(nil)

// providerUserList shares type name and client with the resource it lists.
type providerUserList struct{ providerUserResource }

func newProviderUserList() list.ListResource { return &providerUserList{} }

func (l *providerUserList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{MarkdownDescription: "Lists the users of the Bitwarden Provider, for import."}
}

func (l *providerUserList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	users, err := l.Client.ProviderUsers(ctx)
	results := make([]fw.Listed, 0, len(users))
	for _, u := range users {
		var model providerUserModel
		model.fromAPI(&u)
		results = append(results, fw.Listed{
			DisplayName: u.Email,
			Identity:    providerUserIdentity{ProviderID: model.ProviderID, ID: model.ID},
			Resource:    func() (any, error) { return model, nil },
		})
	}
	fw.List(ctx, req, stream, "provider users", results, err)
}
