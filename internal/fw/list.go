// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
)

// Listed is one result of a list resource. Resource makes the whole model, which costs more than the identity, and is
// called only when the caller wants it.
type Listed struct {
	DisplayName string
	Identity    any
	Resource    func() (any, error)
}

// List streams results, or the error that there was instead; kinds is what they are, such as "members". It stops at the
// limit and when nobody wants more.
func List(
	ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, kinds string, results []Listed, err error,
) {
	stream.Results = func(push func(list.ListResult) bool) {
		if err != nil {
			// Reassigning stream.Results while it is read would lose the error: it is a result as well.
			result := req.NewListResult(ctx)
			AddError(&result.Diagnostics, "Could not list "+kinds, err)
			push(result)
			return
		}
		for result := range listResults(ctx, req, results) {
			if !push(result) {
				return
			}
		}
	}
}

func listResults(ctx context.Context, req list.ListRequest, results []Listed) iter.Seq[list.ListResult] {
	if req.Limit > 0 && int64(len(results)) > req.Limit {
		results = results[:req.Limit]
	}
	return func(yield func(list.ListResult) bool) {
		for _, listed := range results {
			result := req.NewListResult(ctx)
			result.DisplayName = listed.DisplayName
			result.Diagnostics.Append(result.Identity.Set(ctx, listed.Identity)...)
			if req.IncludeResource {
				model, err := listed.Resource()
				if err != nil {
					AddError(&result.Diagnostics, "Could not read "+listed.DisplayName, err)
				} else {
					result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
				}
			}
			if !yield(result) {
				return
			}
		}
	}
}
