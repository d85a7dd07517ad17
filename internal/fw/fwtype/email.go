// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package fwtype holds the attribute types that several resources share.
package fwtype

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.StringTypable                    = EmailType{}
	_ basetypes.StringValuableWithSemanticEquals = Email{}
	_ xattr.ValidateableAttribute                = Email{}
)

// maxEmail is the longest address the server takes.
const maxEmail = 256

// EmailType is the type of an e-mail address that is the same in any letter case: the server stores lower case. Semantic
// equality does not apply during plan, so an attribute of this type also has the plan modifier fwplan.IgnoreCase.
type EmailType struct{ basetypes.StringType }

// Equal tells whether the other type is the same.
func (t EmailType) Equal(other attr.Type) bool {
	o, ok := other.(EmailType)
	return ok && t.StringType.Equal(o.StringType)
}

// String names the type in the framework's messages.
func (EmailType) String() string { return "fwtype.EmailType" }

// ValueFromString implements basetypes.StringTypable.
func (EmailType) ValueFromString(
	_ context.Context, value basetypes.StringValue,
) (basetypes.StringValuable, diag.Diagnostics) {
	return Email{StringValue: value}, nil
}

// ValueFromTerraform implements attr.Type.
func (t EmailType) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	plain, err := t.StringType.ValueFromTerraform(ctx, value)
	if err != nil {
		return nil, err
	}
	text, ok := plain.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("unexpected value type %T", plain)
	}
	return Email{StringValue: text}, nil
}

// ValueType implements attr.Type.
func (EmailType) ValueType(context.Context) attr.Value { return Email{} }

// Email is an address of EmailType.
type Email struct{ basetypes.StringValue }

// EmailNull is no address.
func EmailNull() Email { return Email{StringValue: basetypes.NewStringNull()} }

// EmailValue wraps a known address.
func EmailValue(address string) Email { return Email{StringValue: basetypes.NewStringValue(address)} }

// Type implements attr.Value.
func (Email) Type(context.Context) attr.Type { return EmailType{} }

// Equal implements attr.Value: exact equality, letter case included.
func (e Email) Equal(other attr.Value) bool {
	o, ok := other.(Email)
	return ok && e.StringValue.Equal(o.StringValue)
}

// StringSemanticEquals tells whether both are the same address in any letter case.
func (e Email) StringSemanticEquals(
	_ context.Context, other basetypes.StringValuable,
) (bool, diag.Diagnostics) {
	o, ok := other.(Email)
	return ok && strings.EqualFold(e.ValueString(), o.ValueString()), nil
}

// ValidateAttribute refuses what the server's strict check of addresses would.
func (e Email) ValidateAttribute(
	_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse,
) {
	if e.IsNull() || e.IsUnknown() || isAddress(e.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid attribute value", fmt.Sprintf(
		"%s must be an e-mail address such as name@example.com, without a display name and at most %d characters long, "+
			"got %q.", req.Path, maxEmail, e.ValueString()))
}

// isAddress is stricter than RFC 5322, as the server is.
func isAddress(s string) bool {
	address, err := mail.ParseAddress(s)
	if err != nil || address.Address != s || len(s) > maxEmail {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return !strings.ContainsAny(s, " \t\r\n,;<>\"\\") && !strings.Contains(domain, "@") && strings.Contains(domain, ".") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}
