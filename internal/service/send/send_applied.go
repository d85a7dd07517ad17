// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// applied are keyed digests of what the latest apply wrote: of the text, of the password, and of the hash that the
// server made of the password. They are kept beside the state, and are empty for a Send that was imported.
type applied struct {
	text, password, mark string
	// imported says that the Send was imported, and that no apply has written or removed a password since: it keeps the
	// one that it has, if it has one.
	imported string
}

func (a *applied) keepsPassword() bool { return a.imported != "" }

// keys are the digests by their keys in the private state.
func (a *applied) keys() map[string]*string {
	return map[string]*string{
		"applied_text": &a.text, "applied_password": &a.password, "applied_mark": &a.mark, "imported": &a.imported,
	}
}

func loadApplied(ctx context.Context, private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}, diags *diag.Diagnostics,
) (a applied) {
	for key, sum := range a.keys() {
		value, problems := private.GetKey(ctx, key)
		diags.Append(problems...)
		*sum = strings.Trim(string(value), `"`)
	}
	return a
}

func (a *applied) store(ctx context.Context, private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}, diags *diag.Diagnostics,
) {
	for key, sum := range a.keys() {
		diags.Append(private.SetKey(ctx, key, []byte(`"`+*sum+`"`))...) // JSON, as the framework wants it
	}
}

// passwordDigest is the digest of the password that the server has: of the one that was applied, while the server has
// that one, and of its hash if somebody else has set another.
func (a *applied) passwordDigest(mark string) types.String {
	if mark != "" && mark == a.mark {
		return types.StringValue(a.password)
	}
	return fw.StringOrNull(mark)
}
