// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"encoding/base64"
	"strings"
)

// The symmetric types of encrypted strings and buffers that are still read. Types 3 to 6 are RSA, in text form only.
const (
	typeCBC     = 0 // AES-256-CBC without a MAC
	typeCBCHMAC = 2 // AES-256-CBC and HMAC-SHA256
	typeCOSE    = 7 // COSE_Encrypt0
)

const (
	ivSize  = 16
	macSize = 32
)

// encString is a parsed symmetric encrypted string: type 0, 2 or 7.
type encString struct {
	kind byte
	iv   []byte // types 0 and 2
	mac  []byte // type 2
	data []byte // ciphertext, or the whole COSE message of type 7
}

// parseEncString parses the text form "<type>.<part>|<part>…".
func parseEncString(op, text string) (encString, error) {
	header, parts := splitEncString(text)
	e := encString{}
	var fields []*[]byte
	switch header {
	case "0":
		e.kind, fields = typeCBC, []*[]byte{&e.iv, &e.data}
	case "2":
		e.kind, fields = typeCBCHMAC, []*[]byte{&e.iv, &e.data, &e.mac}
	case "7":
		e.kind, fields = typeCOSE, []*[]byte{&e.data}
	case "3", "4", "5", "6":
		return encString{}, failure(op, Malformed) // asymmetric text in a symmetric place
	default:
		return encString{}, failure(op, UnsupportedType)
	}
	if len(parts) != len(fields) {
		return encString{}, failure(op, Malformed)
	}
	for i, part := range parts {
		decoded, err := decodeBase64(op, part)
		if err != nil {
			return encString{}, err
		}
		*fields[i] = decoded
	}
	if e.kind != typeCOSE && len(e.iv) != ivSize || e.kind == typeCBCHMAC && len(e.mac) != macSize {
		return encString{}, failure(op, Malformed)
	}
	return e, nil
}

// splitEncString separates header and parts. A text without a header is of type 1 if it has three parts, else type 0.
func splitEncString(text string) (header string, parts []string) {
	header, body, found := strings.Cut(text, ".")
	if !found || strings.Contains(body, ".") {
		parts = strings.Split(text, "|")
		if len(parts) == 3 {
			return "1", parts
		}
		return "0", parts
	}
	return header, strings.Split(body, "|")
}

// String returns the text form.
func (e encString) String() string {
	switch e.kind {
	case typeCBC:
		return "0." + encodeBase64(e.iv) + "|" + encodeBase64(e.data)
	case typeCBCHMAC:
		return "2." + encodeBase64(e.iv) + "|" + encodeBase64(e.data) + "|" + encodeBase64(e.mac)
	default:
		return "7." + encodeBase64(e.data)
	}
}

// parseBuffer parses the binary form: a type byte, then iv, mac and ciphertext as far as the type has them. The slices
// of the result share memory with the buffer.
func parseBuffer(op string, buffer []byte) (encString, error) {
	if len(buffer) == 0 {
		return encString{}, failure(op, Malformed)
	}
	e, rest := encString{kind: buffer[0]}, buffer[1:]
	switch e.kind {
	case typeCBC:
		if len(rest) < ivSize+1 {
			return encString{}, failure(op, Malformed)
		}
		e.iv, e.data = rest[:ivSize], rest[ivSize:]
	case typeCBCHMAC:
		if len(rest) < ivSize+macSize+1 {
			return encString{}, failure(op, Malformed)
		}
		e.iv, e.mac, e.data = rest[:ivSize], rest[ivSize:ivSize+macSize], rest[ivSize+macSize:]
	case typeCOSE:
		e.data = rest
	default:
		return encString{}, failure(op, UnsupportedType)
	}
	return e, nil
}

// buffer returns the binary form. Unlike in the text form the MAC precedes the ciphertext.
func (e encString) buffer() []byte {
	b := make([]byte, 0, 1+len(e.iv)+len(e.mac)+len(e.data))
	b = append(b, e.kind)
	b = append(b, e.iv...)
	b = append(b, e.mac...)
	return append(b, e.data...)
}

func encodeBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// decodeBase64 decodes standard base64. Padding may be missing, since some clients leave it out; line ends, which
// Go's decoder skips, are refused.
func decodeBase64(op, text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, failure(op, Malformed)
	}
	encoding := base64.RawStdEncoding
	if strings.HasSuffix(text, "=") {
		encoding = base64.StdEncoding
	}
	b, err := encoding.DecodeString(text)
	if err != nil {
		return nil, failure(op, Malformed)
	}
	return b, nil
}
