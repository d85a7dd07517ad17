// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// StringOrNull is for optional attributes that the server answers with an empty text when they are not set.
func StringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Access converts an access list to what the client takes: null (not managed here) and unknown become nil, an empty map
// stays one.
func Access(list types.Map) map[string]bitwarden.Permission {
	if list.IsNull() || list.IsUnknown() {
		return nil
	}
	access := make(map[string]bitwarden.Permission, len(list.Elements()))
	for id, element := range list.Elements() {
		if permission, ok := element.(types.String); ok {
			access[id] = bitwarden.Permission(permission.ValueString())
		}
	}
	return access
}

// AccessValue converts the server's access list for the state. A list that is null in the state or plan is not managed
// here and stays null.
func AccessValue(current types.Map, access map[string]bitwarden.Permission) types.Map {
	if current.IsNull() {
		return types.MapNull(types.StringType)
	}
	return AccessList(access)
}

// AccessList converts the server's access list for a data source, which shows it whether it is managed or not.
func AccessList(access map[string]bitwarden.Permission) types.Map {
	elements := make(map[string]attr.Value, len(access))
	for id, permission := range access {
		elements[id] = types.StringValue(string(permission))
	}
	return types.MapValueMust(types.StringType, elements)
}

// IDs converts a set of ids to what the client takes, sorted: null (not managed here) and unknown become nil, an empty
// set becomes an empty slice.
func IDs(set types.Set) []string {
	if set.IsNull() || set.IsUnknown() {
		return nil
	}
	ids := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		if id, ok := element.(types.String); ok {
			ids = append(ids, id.ValueString())
		}
	}
	slices.Sort(ids)
	return ids
}

// IDSetValue converts the server's ids for the state. A set that is null in the state or plan is not managed here and
// stays null.
func IDSetValue(current types.Set, ids []string) types.Set {
	if current.IsNull() {
		return types.SetNull(types.StringType)
	}
	return IDSet(ids)
}

// IDSet converts the server's ids for a data source, which shows them whether they are managed or not.
func IDSet(ids []string) types.Set {
	elements := make([]attr.Value, 0, len(ids))
	for _, id := range ids {
		elements = append(elements, types.StringValue(id))
	}
	return types.SetValueMust(types.StringType, elements)
}

// BoolMap converts a map of switches for the state.
func BoolMap(switches map[string]bool) types.Map {
	elements := make(map[string]attr.Value, len(switches))
	for name, on := range maps.All(switches) {
		elements[name] = types.BoolValue(on)
	}
	return types.MapValueMust(types.BoolType, elements)
}

// Strings converts the words of a domain type for a validator and its description.
func Strings[T ~string](words []T) []string {
	texts := make([]string, 0, len(words))
	for _, word := range words {
		texts = append(texts, string(word))
	}
	return texts
}
