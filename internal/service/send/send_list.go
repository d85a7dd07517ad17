// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ list.ListResourceWithConfigure = (*sendList)(nil)

// sendList shares type name and client with the resource it lists.
type sendList struct{ sendResource }

func newSendList() list.ListResource { return &sendList{} }

func (l *sendList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the Sends of the acting account that hold a text or a file, for import.",
	}
}

func (l *sendList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	sends, err := l.Client.Sends(ctx)
	results := make([]fw.Listed, 0, len(sends))
	for _, s := range sends {
		if s.Name == "" || s.Type != bitwarden.SendText && s.Type != bitwarden.SendFile {
			continue
		}
		results = append(results, fw.Listed{
			DisplayName: s.Name,
			Identity:    sendIdentity{ID: types.StringValue(s.ID)},
			Resource: func() (any, error) {
				model, err := l.fromServer(ctx, sendModel{}, &s)
				model.PasswordDigest = fw.StringOrNull(s.PasswordMark)
				model.OnExpiry = types.StringValue(onExpiryRetain)
				return model, err
			},
		})
	}
	fw.List(ctx, req, stream, "Sends", results, err)
}
