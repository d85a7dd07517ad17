// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

import (
	"unicode"
	"unicode/utf16"
)

func encode(s string) []uint16 {
	return utf16.Encode([]rune(s))
}

// lower maps a text to lower case as JavaScript does, surrogate pairs as one character and a lone half as itself.
// The result may be longer than the text: U+0130 becomes "i" and a combining dot.
func lower(text []uint16) []uint16 {
	out := make([]uint16, 0, len(text))
	for i := 0; i < len(text); i++ {
		r := rune(text[i])
		switch {
		case isUpper(text[i]):
			out = append(out, text[i]+'a'-'A')
		case r <= unicode.MaxASCII:
			out = append(out, text[i])
		case r == '\u0130':
			out = append(out, 'i', '\u0307')
		case !utf16.IsSurrogate(r):
			out = append(out, uint16(unicode.ToLower(r))) //nolint:gosec // Lower case stays in the basic plane.
		case i+1 < len(text) && utf16.DecodeRune(r, rune(text[i+1])) != unicode.ReplacementChar:
			out = utf16.AppendRune(out, unicode.ToLower(utf16.DecodeRune(r, rune(text[i+1]))))
			i++
		default:
			out = append(out, text[i])
		}
	}
	return out
}

func isUpper(c uint16) bool { return 'A' <= c && c <= 'Z' }

func isLower(c uint16) bool { return 'a' <= c && c <= 'z' }

func isDigit(c uint16) bool { return '0' <= c && c <= '9' }

// number reads a short text of digits.
func number(digits []uint16) int {
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

func count(text []uint16, accept func(uint16) bool) int {
	n := 0
	for _, c := range text {
		if accept(c) {
			n++
		}
	}
	return n
}
