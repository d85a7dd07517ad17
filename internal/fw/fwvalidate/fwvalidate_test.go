// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fwvalidate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

func TestValidators(t *testing.T) {
	t.Parallel()
	const id = "5a1e2c34-0000-4000-8000-00000000000a"
	failing := func(value string) error {
		if value == "bad" {
			return errors.New("no")
		}
		return nil
	}
	for name, test := range map[string]struct {
		validator validator.String
		value     types.String
		holds     bool
	}{
		"UUID":                        {fwvalidate.UUID(), types.StringValue(id), true},
		"UUID null":                   {fwvalidate.UUID(), types.StringNull(), true},
		"UUID unknown":                {fwvalidate.UUID(), types.StringUnknown(), true},
		"UUID in upper case":          {fwvalidate.UUID(), types.StringValue(strings.ToUpper(id)), false},
		"UUID without dashes":         {fwvalidate.UUID(), types.StringValue(strings.ReplaceAll(id, "-", "")), false},
		"UUID in braces":              {fwvalidate.UUID(), types.StringValue("{" + id + "}"), false},
		"UUID empty":                  {fwvalidate.UUID(), types.StringValue(""), false},
		"name":                        {fwvalidate.Name(50), types.StringValue("Müller & Söhne"), true},
		"name as long as may be":      {fwvalidate.Name(50), types.StringValue(strings.Repeat("ü", 50)), true},
		"name too long":               {fwvalidate.Name(50), types.StringValue(strings.Repeat("a", 51)), false},
		"name of 25 emoji is 50 long": {fwvalidate.Name(50), types.StringValue(strings.Repeat("😀", 25)), true},
		"name of 26 emoji is 52 long": {fwvalidate.Name(50), types.StringValue(strings.Repeat("😀", 26)), false},
		"name empty":                  {fwvalidate.Name(50), types.StringValue(""), false},
		"name blank":                  {fwvalidate.Name(50), types.StringValue(" \t"), false},
		"phrase":                      {fwvalidate.FingerprintPhrase(), types.StringValue("one-two-three-four-five"), true},
		"phrase with a hyphened word": {fwvalidate.FingerprintPhrase(), types.StringValue("a-yo-yo-b-c-d"), true},
		"phrase of four words":        {fwvalidate.FingerprintPhrase(), types.StringValue("one-two-three-four"), false},
		"phrase in capitals":          {fwvalidate.FingerprintPhrase(), types.StringValue("One-two-three-four-five"), false},
		"rule kept":                   {fwvalidate.Rule("good", failing), types.StringValue("good"), true},
		"rule broken":                 {fwvalidate.Rule("good", failing), types.StringValue("bad"), false},
		"name unknown":                {fwvalidate.Name(50), types.StringUnknown(), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var resp validator.StringResponse
			test.validator.ValidateString(
				t.Context(),
				validator.StringRequest{Path: path.Root("x"), ConfigValue: test.value},
				&resp,
			)
			if resp.Diagnostics.HasError() == test.holds {
				t.Errorf("got %v, want valid: %t", resp.Diagnostics, test.holds)
			}
			for _, d := range resp.Diagnostics {
				if !strings.Contains(d.Detail(), test.validator.Description(t.Context())) {
					t.Errorf("detail %q does not say the rule", d.Detail())
				}
			}
		})
	}
}
