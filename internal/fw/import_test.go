// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

const (
	orgID    = "5a1e2c34-0000-4000-8000-000000000001"
	objectID = "5a1e2c34-0000-4000-8000-00000000000a"
)

func TestImportParts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		id    string
		names []string
		want  []string
		err   string
	}{
		"one id":                       {orgID, []string{"id"}, []string{orgID}, ""},
		"two ids":                      {orgID + "/" + objectID, []string{"organization_id", "id"}, []string{orgID, objectID}, ""},
		"ids come back in lower case":  {strings.ToUpper(orgID), []string{"id"}, []string{orgID}, ""},
		"the last part may hold slash": {orgID + "/a/b", []string{"organization_id", "name"}, []string{orgID, "a/b"}, ""},
		"too few parts":                {orgID, []string{"organization_id", "id"}, nil, "<organization_id>/<id>"},
		"an empty part":                {orgID + "/", []string{"organization_id", "id"}, nil, "without id"},
		"no UUID":                      {"acme/" + objectID, []string{"organization_id", "id"}, nil, `organization_id "acme" is not a UUID`},
		"a UUID in another spelling":   {"{" + orgID + "}", []string{"id"}, nil, "is not a UUID"},
		"a slash too many":             {orgID + "/" + objectID + "/x", []string{"organization_id", "id"}, nil, "is not a UUID"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := fw.ImportParts(test.id, test.names...)
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatalf("got error %v, want %q", err, test.err)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// importCall makes a request and an empty response of an object of an organization.
func importCall(t *testing.T, id string) (resource.ImportStateRequest, *resource.ImportStateResponse) {
	t.Helper()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"organization_id": tftypes.String, "id": tftypes.String,
	}}
	req := resource.ImportStateRequest{ID: id}
	if id == "" {
		req.Identity = &tfsdk.ResourceIdentity{
			Schema: fw.IdentitySchema("organization_id", "id"),
			Raw: tftypes.NewValue(object, map[string]tftypes.Value{
				"organization_id": tftypes.NewValue(tftypes.String, orgID),
				"id":              tftypes.NewValue(tftypes.String, objectID),
			}),
		}
	}
	return req, &resource.ImportStateResponse{State: tfsdk.State{
		Schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"organization_id": fw.OrganizationIDAttribute("thing"), "id": fw.IDAttribute("thing"),
		}},
		Raw: tftypes.NewValue(object, nil),
	}}
}

func stateOf(t *testing.T, resp *resource.ImportStateResponse) (organizationID, id string) {
	t.Helper()
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.State.GetAttribute(t.Context(), path.Root("organization_id"), &organizationID)...)
	resp.Diagnostics.Append(resp.State.GetAttribute(t.Context(), path.Root("id"), &id)...)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return organizationID, id
}

func TestImportState(t *testing.T) {
	t.Parallel()
	for name, importID := range map[string]string{"by id": orgID + "/" + objectID, "by identity": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, resp := importCall(t, importID)
			fw.ImportState(t.Context(), req, resp, "organization_id", "id")
			if organizationID, id := stateOf(t, resp); organizationID != orgID || id != objectID {
				t.Errorf("got %s/%s", organizationID, id)
			}
		})
	}
}

func TestImportState_badID(t *testing.T) {
	t.Parallel()
	req, resp := importCall(t, "nonsense")
	fw.ImportState(t.Context(), req, resp, "organization_id", "id")
	if !resp.Diagnostics.HasError() || !strings.Contains(resp.Diagnostics[0].Detail(), "<organization_id>/<id>") {
		t.Errorf("got %v, want an error with the form", resp.Diagnostics)
	}
}

func TestImportByName(t *testing.T) {
	t.Parallel()
	find := func(_ context.Context, organizationID, text string) (string, error) {
		if organizationID == orgID && text == "Sales/Europe" {
			return objectID, nil
		}
		return "", errors.New("no such name")
	}
	for name, importID := range map[string]string{
		"by id": orgID + "/" + objectID, "by name": orgID + "/Sales/Europe", "by identity": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, resp := importCall(t, importID)
			fw.ImportByName(t.Context(), req, resp, "name", find)
			if organizationID, id := stateOf(t, resp); organizationID != orgID || id != objectID {
				t.Errorf("got %s/%s", organizationID, id)
			}
		})
	}
	t.Run("unknown name", func(t *testing.T) {
		t.Parallel()
		req, resp := importCall(t, orgID+"/Nobody")
		fw.ImportByName(t.Context(), req, resp, "name", find)
		if !resp.Diagnostics.HasError() || !strings.Contains(resp.Diagnostics[0].Detail(), "No such name") {
			t.Errorf("got %v, want the error of the look-up", resp.Diagnostics)
		}
	})
}
