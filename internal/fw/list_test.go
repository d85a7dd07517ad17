// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

type thing struct {
	ID types.String `tfsdk:"id"`
}

// results collects what a list of three things streams; the second cannot be read.
func results(t *testing.T, req list.ListRequest, err error, stopAfter int) (got []list.ListResult, reads int) {
	t.Helper()
	req.ResourceSchema = schema.Schema{
		Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}},
	}
	req.ResourceIdentitySchema = fw.IdentitySchema("id")
	var things []fw.Listed
	for _, id := range []string{"a", "b", "c"} {
		one := thing{ID: types.StringValue(id)}
		things = append(things, fw.Listed{DisplayName: "thing " + id, Identity: one, Resource: func() (any, error) {
			reads++
			if id == "b" {
				return nil, errors.New("gone meanwhile")
			}
			return one, nil
		}})
	}
	var stream list.ListResultsStream
	fw.List(t.Context(), req, &stream, "things", things, err)
	for result := range stream.Results {
		got = append(got, result)
		if len(got) == stopAfter {
			break
		}
	}
	return got, reads
}

func TestList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		req           list.ListRequest
		stopAfter     int
		length, reads int
	}{
		"all, without their resources": {list.ListRequest{}, 0, 3, 0},
		"all, with their resources":    {list.ListRequest{IncludeResource: true}, 0, 3, 3},
		"a limit":                      {list.ListRequest{IncludeResource: true, Limit: 2}, 0, 2, 2},
		"a limit beyond the end":       {list.ListRequest{Limit: 9}, 0, 3, 0},
		"nobody wants more":            {list.ListRequest{IncludeResource: true}, 1, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, reads := results(t, test.req, nil, test.stopAfter)
			if len(got) != test.length || reads != test.reads {
				t.Fatalf("got %d results and %d reads, want %d and %d", len(got), reads, test.length, test.reads)
			}
			for i, result := range got {
				var identity thing
				failed := test.req.IncludeResource && i == 1
				if result.Diagnostics.HasError() != failed {
					t.Errorf("result %d: %v", i, result.Diagnostics)
				}
				if d := result.Identity.Get(t.Context(), &identity); d.HasError() ||
					result.DisplayName != "thing "+identity.ID.ValueString() {
					t.Errorf("result %d: %q, %v, %v", i, result.DisplayName, identity, d)
				}
			}
		})
	}
}

func TestList_error(t *testing.T) {
	t.Parallel()
	got, _ := results(t, list.ListRequest{}, errors.New("no permission"), 0)
	if len(got) != 1 || !got[0].Diagnostics.HasError() || got[0].Diagnostics[0].Summary() != "Could not list things" ||
		!strings.Contains(got[0].Diagnostics[0].Detail(), "No permission") {
		t.Errorf("got %v, want one result with the error", got)
	}
}
