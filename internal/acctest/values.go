// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// typed converts plain Go to a value of the schema's type. Attributes that are not named are null.
func typed(tb testing.TB, typ tftypes.Type, value any) tftypes.Value {
	tb.Helper()
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(typ, int64(v))
	case map[string]any:
		return typedMap(tb, typ, v)
	case []any:
		elements := make([]tftypes.Value, len(v))
		for i, element := range v {
			elements[i] = typed(tb, elementType(tb, typ), element)
		}
		return tftypes.NewValue(typ, elements)
	default:
		return tftypes.NewValue(typ, value)
	}
}

func typedMap(tb testing.TB, typ tftypes.Type, values map[string]any) tftypes.Value {
	tb.Helper()
	converted := map[string]tftypes.Value{}
	object, isObject := typ.(tftypes.Object)
	if !isObject {
		for key, element := range values {
			converted[key] = typed(tb, elementType(tb, typ), element)
		}
		return tftypes.NewValue(typ, converted)
	}
	for name := range values {
		if _, ok := object.AttributeTypes[name]; !ok {
			tb.Fatalf("no attribute %q", name)
		}
	}
	for name, attributeType := range object.AttributeTypes {
		converted[name] = typed(tb, attributeType, values[name])
	}
	return tftypes.NewValue(typ, converted)
}

func elementType(tb testing.TB, typ tftypes.Type) tftypes.Type {
	tb.Helper()
	switch typ := typ.(type) {
	case tftypes.Map:
		return typ.ElementType
	case tftypes.List:
		return typ.ElementType
	case tftypes.Set:
		return typ.ElementType
	default:
		tb.Fatalf("%s has no elements", typ)
		return nil
	}
}

// plain is the inverse of typed.
func plain(tb testing.TB, value tftypes.Value) any {
	tb.Helper()
	if value.IsNull() {
		return nil
	}
	if !value.IsKnown() {
		return Unknown
	}
	typ := value.Type()
	switch {
	case typ.Is(tftypes.String):
		return decode[string](tb, value)
	case typ.Is(tftypes.Bool):
		return decode[bool](tb, value)
	case typ.Is(tftypes.Number):
		number := decode[*big.Float](tb, value)
		whole, _ := number.Int64()
		return int(whole)
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		elements := map[string]any{}
		for name, element := range decode[map[string]tftypes.Value](tb, value) {
			elements[name] = plain(tb, element)
		}
		return elements
	default:
		elements := []any{}
		for _, element := range decode[[]tftypes.Value](tb, value) {
			elements = append(elements, plain(tb, element))
		}
		return elements
	}
}

func decode[T any](tb testing.TB, value tftypes.Value) T {
	tb.Helper()
	var target T
	if err := value.As(&target); err != nil {
		tb.Fatal(err)
	}
	return target
}
