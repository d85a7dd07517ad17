// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"fmt"
	"io"
	"log/slog"
)

const redactedText = "[redacted]"

// hidden holds a secret such that no way of printing or marshalling shows it; the types of keys embed it. Its methods
// do not help where fmt cannot call them, in an unexported field of somebody's struct. There fmt prints a pointer as an
// address, or follows it if the verb does not fit pointers, but it never follows two.
type hidden[T any] struct{ secret **T }

func hide[T any](secret T) hidden[T] {
	p := &secret
	return hidden[T]{&p}
}

// get returns the secret. The zero value has none: ask IsZero first.
func (h hidden[T]) get() *T { return *h.secret }

// IsZero reports whether there is no key.
func (h hidden[T]) IsZero() bool { return h.secret == nil }

// String implements fmt.Stringer.
func (hidden[T]) String() string { return redactedText }

// GoString implements fmt.GoStringer.
func (hidden[T]) GoString() string { return redactedText }

// Format implements fmt.Formatter, which covers every verb.
func (hidden[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedText) }

// MarshalJSON implements json.Marshaler.
func (hidden[T]) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedText + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (hidden[T]) MarshalText() ([]byte, error) { return []byte(redactedText), nil }

// LogValue implements slog.LogValuer.
func (hidden[T]) LogValue() slog.Value { return slog.StringValue(redactedText) }
