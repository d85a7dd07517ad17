// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

// Single steps that the vectors state and the exported functions combine.

// NewMasterKeyForTest makes a master key of given bytes.
func NewMasterKeyForTest(raw []byte) MasterKey { return newMasterKey(raw) }

// ExposeForTest returns the bytes of the master key.
func (m MasterKey) ExposeForTest() []byte { return m.material.raw }

// StretchedForTest returns the stretched key.
func (m MasterKey) StretchedForTest() SymmetricKey { return m.material.stretched }

// ShareableKeyForTest derives a key from a short secret.
func ShareableKeyForTest(secret []byte, name, info string) (SymmetricKey, error) {
	return shareableKey(secret, name, info)
}

// AlgorithmForTest returns the COSE algorithm number, 0 for other keys.
func (k SymmetricKey) AlgorithmForTest() int {
	if !k.IsCOSE() {
		return 0
	}
	return k.material.cose.alg
}

// TextToBufferForTest turns the text form into the binary form.
func TextToBufferForTest(text string) ([]byte, error) {
	e, err := parseEncString("test", text)
	if err != nil {
		return nil, err
	}
	return e.buffer(), nil
}

// ParseTextForTest parses the text form and writes it again.
func ParseTextForTest(text string) (string, error) {
	e, err := parseEncString("test", text)
	if err != nil {
		return "", err
	}
	return e.String(), nil
}

// ParseBufferForTest parses the binary form and writes it again.
func ParseBufferForTest(buffer []byte) ([]byte, error) {
	e, err := parseBuffer("test", buffer)
	if err != nil {
		return nil, err
	}
	return e.buffer(), nil
}

// ParseCOSEKeyForTest parses a bare COSE_Key and writes it again.
func ParseCOSEKeyForTest(b []byte) ([]byte, bool) {
	k, ok := parseCOSEKey(b)
	if !ok {
		return nil, false
	}
	return k.marshal(), true
}

// PadKeyForTest encodes a bare COSE_Key.
func PadKeyForTest(bare []byte) []byte { return padKey(bare) }

// ParseSignatureKeyForTest parses a COSE_Key of a verifying and of a signing key and reports whether it is one.
func ParseSignatureKeyForTest(b []byte) (verifying, signing bool) {
	_, verifying = parseVerifyingKey(b)
	_, signing = parseSigningKey(b)
	return verifying, signing
}
