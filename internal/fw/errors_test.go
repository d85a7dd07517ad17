// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

func TestAddError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		at     path.Path // path.Empty() for a diagnostic without an attribute
		detail []string
	}{
		"a value refused before sending is on its attribute": {
			err:    fmt.Errorf("wrapped: %w", &bitwarden.InputError{Field: "email", Reason: "it is in use", Remedy: "Import it"}),
			at:     path.Root("email"),
			detail: []string{"It is in use. Import it."},
		},
		"a refused login names the attribute of the provider block": {
			err:    &bitwarden.LoginError{Field: "client_secret", Reason: "the API key is refused", Remedy: "Rotate it."},
			at:     path.Empty(),
			detail: []string{`Provider attribute "client_secret": the API key is refused. Rotate it.`},
		},
		"an unusable setting as well": {
			err:    &bitwarden.ConfigError{Field: "server", Reason: "no URL", Remedy: "Set one"},
			at:     path.Empty(),
			detail: []string{`Provider attribute "server": no URL. Set one.`},
		},
		"a refusal has reason, status and request": {
			err:    &bitwarden.Error{Status: 400, Message: "No seats left.", RequestID: "00-4b"},
			at:     path.Empty(),
			detail: []string{"No seats left (HTTP 400", "request 00-4b)."},
		},
		"a refusal without a reason has the status text": {
			err:    &bitwarden.Error{Status: 403},
			at:     path.Empty(),
			detail: []string{"Forbidden (HTTP 403", "provider admin"},
		},
		"401 says that the login itself was good": {
			err: &bitwarden.Error{Status: 401}, at: path.Empty(), detail: []string{"(HTTP 401", "role"},
		},
		"404 says what it does not prove": {
			err: &bitwarden.Error{Status: 404, Message: "Resource not found."}, at: path.Empty(),
			detail: []string{"Resource not found (HTTP 404", "no proof that anything is gone"},
		},
		"429 says what to turn": {
			err: &bitwarden.Error{Status: 429, Message: "Slow down!"}, at: path.Empty(),
			detail: []string{"(HTTP 429", "max_concurrent_requests"},
		},
		"429 says when to come back": {
			err: &bitwarden.Error{Status: 429, Message: "Slow down!", RetryAfter: 7 * time.Hour}, at: path.Empty(),
			detail: []string{"(HTTP 429", "for 7h0m0s", "run again then."},
		},
		"a field of the server's validation is the attribute": {
			err: &bitwarden.Error{
				Status: 400, Message: "The model state is invalid.",
				Validation: map[string][]string{"BillingEmail": {"The field is required."}},
			},
			at:     path.Root("billing_email"),
			detail: []string{"The field is required (HTTP 400"},
		},
		"an element of a field is the attribute too": {
			err: &bitwarden.Error{Status: 400, Validation: map[string][]string{"Emails[0].Address": {"Bad."}}},
			at:  path.Root("emails"), detail: []string{"Bad (HTTP 400"},
		},
		"a JSON path is the attribute too": {
			err: &bitwarden.Error{Status: 400, Validation: map[string][]string{"$.planType": {"Bad."}}},
			at:  path.Root("plan_type"), detail: []string{"Bad (HTTP 400"},
		},
		"a text in the field's place is no attribute": {
			err: &bitwarden.Error{Status: 400, Validation: map[string][]string{"An error has occurred.": {"No seats."}}},
			at:  path.Empty(), detail: []string{"No seats (HTTP 400"},
		},
		"an attribute's name keeps its letter case": {
			err: &bitwarden.InputError{Field: "seats", Reason: "seats_x is low"}, at: path.Root("seats"),
			detail: []string{"seats_x is low."},
		},
		"anything else is told as it is": {
			err: errors.New("connection refused"), at: path.Empty(), detail: []string{"Connection refused."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			fw.AddError(&diags, "Could not do it", test.err)
			if len(diags) != 1 {
				t.Fatalf("got %d diagnostics, want one: %v", len(diags), diags)
			}
			d := diags[0]
			if d.Severity() != diag.SeverityError || d.Summary() != "Could not do it" {
				t.Errorf("got %s %q", d.Severity(), d.Summary())
			}
			for _, want := range test.detail {
				if !strings.Contains(d.Detail(), want) {
					t.Errorf("detail %q lacks %q", d.Detail(), want)
				}
			}
			at := path.Empty()
			if located, ok := d.(diag.DiagnosticWithPath); ok {
				at = located.Path()
			}
			if !at.Equal(test.at) {
				t.Errorf("got a diagnostic at %q, want %q", at, test.at)
			}
		})
	}
}

func TestAddError_severalFields(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	fw.AddError(&diags, "Could not do it", &bitwarden.Error{
		Status: 400, Validation: map[string][]string{"Name": {"Too long."}, "BillingEmail": {"Missing."}},
	})
	var at []string
	for _, d := range diags {
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			at = append(at, located.Path().String())
		}
	}
	if !slices.Equal(at, []string{"billing_email", "name"}) {
		t.Errorf("got %v, want one diagnostic per field in the order of their names", diags)
	}
}

func TestAddWarning(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	fw.AddWarning(&diags, "It exists", &bitwarden.Error{Status: 500, Message: "half done"})
	if diags.HasError() || diags.WarningsCount() != 1 || !strings.Contains(diags[0].Detail(), "Half done (HTTP 500") {
		t.Errorf("got %v, want one warning with the reason", diags)
	}
}

func TestLookupError(t *testing.T) {
	t.Parallel()
	many := make([]string, 25)
	for i := range many {
		many[i] = fmt.Sprintf("client %02d", i)
	}
	for name, test := range map[string]struct {
		matches, candidates []string
		want, not           string
	}{
		"none lists what there is":      {nil, []string{"A (1)", "B (2)"}, "There is: A (1), B (2).", "more"},
		"none of none":                  {nil, nil, "There is none at all.", "There is:"},
		"several say how to choose":     {[]string{"A (1)", "A (2)"}, []string{"A (1)", "A (2)", "B (3)"}, "by id instead: A (1), A (2).", "B"},
		"long lists are cut":            {nil, many, "client 19 and 5 more.", "client 20"},
		"the value is told in any case": {nil, nil, `no client has the name "X"`, "client 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			fw.AddError(&diags, "Could not find client", fw.LookupError("client", "name", "X", test.matches, test.candidates))
			detail := diags[0].Detail()
			if !strings.Contains(strings.ToLower(detail), strings.ToLower(test.want)) || strings.Contains(detail, test.not) {
				t.Errorf("got %q, want %q in it and %q not", detail, test.want, test.not)
			}
		})
	}
}
