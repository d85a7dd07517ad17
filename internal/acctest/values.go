// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// typed converts plain Go to a value of the schema's type. Attributes that are not named are null.
func typed(t testing.TB, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(typ, int64(v))
	case map[string]any:
		return typedMap(t, typ, v)
	case []any:
		elements := make([]tftypes.Value, len(v))
		for i, element := range v {
			elements[i] = typed(t, elementType(t, typ), element)
		}
		return tftypes.NewValue(typ, elements)
	default:
		return tftypes.NewValue(typ, value)
	}
}

func typedMap(t testing.TB, typ tftypes.Type, values map[string]any) tftypes.Value {
	t.Helper()
	converted := map[string]tftypes.Value{}
	object, isObject := typ.(tftypes.Object)
	if !isObject {
		for key, element := range values {
			converted[key] = typed(t, elementType(t, typ), element)
		}
		return tftypes.NewValue(typ, converted)
	}
	for name := range values {
		if _, ok := object.AttributeTypes[name]; !ok {
			t.Fatalf("no attribute %q", name)
		}
	}
	for name, attributeType := range object.AttributeTypes {
		converted[name] = typed(t, attributeType, values[name])
	}
	return tftypes.NewValue(typ, converted)
}

func elementType(t testing.TB, typ tftypes.Type) tftypes.Type {
	t.Helper()
	switch typ := typ.(type) {
	case tftypes.Map:
		return typ.ElementType
	case tftypes.List:
		return typ.ElementType
	case tftypes.Set:
		return typ.ElementType
	default:
		t.Fatalf("%s has no elements", typ)
		return nil
	}
}

// plain is the inverse of typed.
func plain(t testing.TB, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() {
		return nil
	}
	if !value.IsKnown() {
		return Unknown
	}
	typ := value.Type()
	switch {
	case typ.Is(tftypes.String):
		return decode[string](t, value)
	case typ.Is(tftypes.Bool):
		return decode[bool](t, value)
	case typ.Is(tftypes.Number):
		number := decode[*big.Float](t, value)
		whole, _ := number.Int64()
		return int(whole)
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		elements := map[string]any{}
		for name, element := range decode[map[string]tftypes.Value](t, value) {
			elements[name] = plain(t, element)
		}
		return elements
	default:
		elements := []any{}
		for _, element := range decode[[]tftypes.Value](t, value) {
			elements = append(elements, plain(t, element))
		}
		return elements
	}
}

func decode[T any](t testing.TB, value tftypes.Value) T {
	t.Helper()
	var target T
	if err := value.As(&target); err != nil {
		t.Fatal(err)
	}
	return target
}
