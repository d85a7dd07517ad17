// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fwtype_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

func TestEmail_validate(t *testing.T) {
	t.Parallel()
	for address, valid := range map[string]bool{
		"ada@example.com":            true,
		"Ada.Lovelace+x@Mail.ex.org": true,
		"":                           false,
		"ada":                        false,
		"@example.com":               false,
		"ada@":                       false,
		"ada@localhost":              false,
		"ada@example.":               false,
		"ada@.com":                   false,
		"ada@b@example.com":          false,
		"ada..l@example.com":         false,
		"ada.@example.com":           false,
		"ada(x)@example.com":         false,
		"ada[1]@example.com":         false,
		"ada@exa mple.com":           false,
		"ada@example..com":           false,
		"ädä@example.com":            true,
		"ada @example.com":           false,
		"Ada <ada@example.com>":      false,
		"ada@example.com,b@x.org":    false,
		strings.Repeat("a", 245) + "@example.com": false,
	} {
		var resp xattr.ValidateAttributeResponse
		fwtype.EmailValue(address).ValidateAttribute(
			t.Context(), xattr.ValidateAttributeRequest{Path: path.Root("email")}, &resp)
		if resp.Diagnostics.HasError() == valid {
			t.Errorf("%q: got %v, want valid: %t", address, resp.Diagnostics, valid)
		}
	}
	var resp xattr.ValidateAttributeResponse
	fwtype.EmailNull().ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{}, &resp)
	if resp.Diagnostics.HasError() {
		t.Errorf("null: %v", resp.Diagnostics)
	}
}

func TestEmail_equality(t *testing.T) {
	t.Parallel()
	ada, upper, bob := fwtype.EmailValue(
		"ada@example.com",
	), fwtype.EmailValue(
		"ADA@Example.com",
	), fwtype.EmailValue(
		"bob@example.com",
	)
	if same, _ := ada.StringSemanticEquals(t.Context(), upper); !same {
		t.Error("letter case makes another address")
	}
	if same, _ := ada.StringSemanticEquals(t.Context(), bob); same {
		t.Error("two people are the same")
	}
	if ada.Equal(upper) || !ada.Equal(fwtype.EmailValue("ada@example.com")) ||
		ada.Equal(types.StringValue("ada@example.com")) {
		t.Error("Equal is not exact")
	}
}

func TestEmailType(t *testing.T) {
	t.Parallel()
	value, err := fwtype.EmailType{}.ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.String, "ada@example.com"))
	if err != nil || !value.Equal(fwtype.EmailValue("ada@example.com")) {
		t.Errorf("got %v, %v", value, err)
	}
	if _, err := (fwtype.EmailType{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Error("a boolean became an address")
	}
	if !(fwtype.EmailType{}).Equal(fwtype.EmailType{}) || (fwtype.EmailType{}).Equal(types.StringType) {
		t.Error("type equality is wrong")
	}
	if got := value.Type(t.Context()); !got.Equal(fwtype.EmailType{}) {
		t.Errorf("the value's type is %v", got)
	}
}
