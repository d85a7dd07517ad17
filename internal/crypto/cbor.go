// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"reflect"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// decMode is the strict reading of CBOR: no duplicate keys, no tags, no indefinite lengths, little nesting.
var decMode = sync.OnceValue(func() cbor.DecMode {
	mode, _ := cbor.DecOptions{
		DefaultMapType:   reflect.TypeFor[map[string]any](),
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  16,
		MaxArrayElements: 1 << 16,
		MaxMapPairs:      1 << 10,
	}.DecMode() // the options are valid
	return mode
})

// marshalCBOR encodes a value of this package, none of which can fail.
func marshalCBOR(v any) []byte {
	b, _ := cbor.Marshal(v)
	return b
}
