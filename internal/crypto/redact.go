// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"fmt"
	"io"
	"log/slog"
)

const redactedText = "[redacted]"

// redacted is embedded by every type that holds a secret, so that no way of printing or marshalling shows it. The
// secret itself sits behind a pointer: of an unexported field fmt cannot call methods, and then prints an address.
type redacted struct{}

// String implements fmt.Stringer.
func (redacted) String() string { return redactedText }

// GoString implements fmt.GoStringer.
func (redacted) GoString() string { return redactedText }

// Format implements fmt.Formatter, which covers every verb.
func (redacted) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedText) }

// MarshalJSON implements json.Marshaler.
func (redacted) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedText + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (redacted) MarshalText() ([]byte, error) { return []byte(redactedText), nil }

// LogValue implements slog.LogValuer.
func (redacted) LogValue() slog.Value { return slog.StringValue(redactedText) }
