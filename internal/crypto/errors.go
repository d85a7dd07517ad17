// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import "errors"

// Kind tells apart why an operation of this package failed.
type Kind int

// The kinds of failure. The zero Kind is never used.
const (
	_ Kind = iota
	// Malformed input does not have the shape of what it should be.
	Malformed
	// UnsupportedType is an encrypted string or buffer of a type that is unknown, removed or not allowed here.
	UnsupportedType
	// WrongKeyType is a key of another algorithm than the encrypted data.
	WrongKeyType
	// WrongKeyID is a key of the right algorithm whose id is not the one the data names.
	WrongKeyID
	// AuthenticationFailed is data that was altered, or encrypted with another key.
	AuthenticationFailed
	// InvalidKey is a key that cannot be decoded, or a zero value used as a key.
	InvalidKey
	// KDFRefused are key derivation parameters that are too weak to be honest or too expensive to compute.
	KDFRefused
	// WrongPassword is a password that does not open the user key.
	WrongPassword
	// InconsistentAccount are account keys that do not belong together.
	InconsistentAccount
	// InvalidSignature is a signature that does not verify, or one made for another purpose.
	InvalidSignature
)

// String returns the kind in words.
func (k Kind) String() string {
	switch k {
	case Malformed:
		return "malformed"
	case UnsupportedType:
		return "unsupported type"
	case WrongKeyType:
		return "wrong type of key"
	case WrongKeyID:
		return "wrong key"
	case AuthenticationFailed:
		return "authentication failed"
	case InvalidKey:
		return "invalid key"
	case KDFRefused:
		return "key derivation parameters refused"
	case WrongPassword:
		return "wrong password"
	case InconsistentAccount:
		return "account keys do not belong together"
	case InvalidSignature:
		return "invalid signature"
	default:
		return "unknown failure"
	}
}

// Error is the only error type of this package, always as a pointer. It says which operation failed and why, and never
// holds plaintext, keys or ciphertext.
type Error struct {
	Kind Kind
	Op   string // what was attempted, such as "decrypt text"
}

// Error implements error.
func (e *Error) Error() string { return e.Op + ": " + e.Kind.String() }

// IsKind reports whether err is or wraps an *Error of that kind.
func IsKind(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}

func failure(op string, kind Kind) error { return &Error{Kind: kind, Op: op} }
