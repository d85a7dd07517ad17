// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ImportParts splits an import id such as "<organization_id>/<id>" into as many parts as there are names, at the first
// slashes: the last part may hold more of them. A part named "id" or "<noun>_id" has to be a UUID and comes back in lower
// case; any other part is free text.
func ImportParts(importID string, names ...string) ([]string, error) {
	form := "<" + strings.Join(names, ">/<") + ">"
	parts := strings.SplitN(importID, "/", len(names))
	if len(parts) != len(names) {
		return nil, fmt.Errorf("an import id has the form %s, got %q", form, importID)
	}
	for i, name := range names {
		switch {
		case parts[i] == "":
			return nil, fmt.Errorf("an import id has the form %s, got %q without %s", form, importID, name)
		case name == "id" || strings.HasSuffix(name, "_id"):
			id, err := uuid.Parse(parts[i])
			if err != nil || len(parts[i]) != len(id.String()) {
				return nil, fmt.Errorf("an import id has the form %s, but the %s %q is not a UUID", form, name, parts[i])
			}
			parts[i] = id.String()
		}
	}
	return parts, nil
}

// ImportState imports by id and by identity: the named attributes, of the state and of the identity alike, are set from
// the parts of the id or from the identity. Read does the rest.
func ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, names ...string,
) {
	importID := req.ID
	if importID == "" {
		var ok bool
		if importID, ok = identityID(ctx, req, resp, names); !ok {
			return
		}
	}
	parts, err := ImportParts(importID, names...)
	if err != nil {
		resp.Diagnostics.AddError("Could not import", sentences(err.Error()))
		return
	}
	for i, name := range names {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), parts[i])...)
	}
}

// ImportByName imports an object of an organization by "<organization_id>/<id>", by "<organization_id>/<text>", where
// find looks for the exact text among the organization's objects, and by identity. The alternative is the text's meaning,
// such as "name" or "email".
func ImportByName(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, alternative string,
	find func(ctx context.Context, organizationID, text string) (id string, err error),
) {
	if req.ID == "" {
		ImportState(ctx, req, resp, "organization_id", "id")
		return
	}
	parts, err := ImportParts(req.ID, "organization_id", "id or "+alternative)
	if err != nil {
		resp.Diagnostics.AddError("Could not import", sentences(err.Error()))
		return
	}
	if id, err := uuid.Parse(parts[1]); err == nil {
		parts[1] = id.String()
	} else if parts[1], err = find(ctx, parts[0], parts[1]); err != nil {
		AddError(&resp.Diagnostics, "Could not import", err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("organization_id"), parts[0])...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), parts[1])...)
}

// identityID joins the identity's attributes to the id that stands for them.
func identityID(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, names []string,
) (string, bool) {
	parts := make([]string, len(names))
	for i, name := range names {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(name), &parts[i])...)
	}
	return strings.Join(parts, "/"), !resp.Diagnostics.HasError()
}
