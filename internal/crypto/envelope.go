// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

// EnvelopeItem is the namespace of data envelopes that hold an item.
const EnvelopeItem = 1

// OpenEnvelope opens a data envelope (6.3), which is how v2 users' own items are stored: base64 of a COSE_Encrypt0 over
// padded CBOR. The key is the content key that goes along wrapped, and must be the one the envelope was made with. The
// namespace says what the envelope is for. The result holds strings, booleans, uint64, int64, nil, []any and
// map[string]any.
func (k SymmetricKey) OpenEnvelope(envelope string, namespace int) (map[string]any, error) {
	const op = "open data envelope"
	message, err := decodeBase64(op, envelope)
	if err != nil {
		return nil, err
	}
	if k.IsZero() {
		return nil, failure(op, InvalidKey)
	}
	if !k.IsCOSE() {
		return nil, failure(op, WrongKeyType)
	}
	plaintext, header, err := k.get().cose.openMessage(op, message)
	if err != nil {
		return nil, err
	}
	if header.Content != contentEnvelope || header.EnvelopeContainer != envelopeFormat ||
		header.EnvelopeSpace != namespace {
		return nil, failure(op, Malformed)
	}
	content := map[string]any{}
	if decMode().Unmarshal(plaintext, &content) != nil {
		return nil, failure(op, Malformed)
	}
	return content, nil
}
