// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package schema_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/tools/schemajson/schema"
)

// server answers the two calls that the document is made of.
type server struct {
	tfprotov6.ProviderServer

	schemas    tfprotov6.GetProviderSchemaResponse
	identities tfprotov6.GetResourceIdentitySchemasResponse
	err        error
}

func (s *server) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &s.schemas, s.err
}

func (s *server) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &s.identities, nil
}

func withAttributes(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: attributes}}
}

func TestJSON_kinds(t *testing.T) {
	t.Parallel()

	id := &tfprotov6.SchemaAttribute{Name: "id", Type: tftypes.String, Computed: true}
	const idBlock = `{"attributes": {"id": {"type": "string", "description_kind": "plain", "computed": true}},
		"description_kind": "plain"}`

	for name, tc := range map[string]struct {
		server *server
		want   string
	}{
		"an empty provider": {
			&server{},
			`{"provider": {"version": 0}}`,
		},
		"provider block": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{Provider: withAttributes(id)}},
			`{"provider": {"version": 0, "block": ` + idBlock + `}}`,
		},
		"resource with a version and its identity": {
			&server{
				schemas: tfprotov6.GetProviderSchemaResponse{ResourceSchemas: map[string]*tfprotov6.Schema{
					"example_thing": {Version: 3, Block: withAttributes(id).Block},
				}},
				identities: tfprotov6.GetResourceIdentitySchemasResponse{
					IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"example_thing": {
						Version: 1,
						IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
							{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "Its id."},
							{Name: "region", Type: tftypes.String, OptionalForImport: true},
						},
					}},
				},
			},
			`{"provider": {"version": 0},
			"resource_schemas": {"example_thing": {"version": 3, "block": ` + idBlock + `}},
			"resource_identity_schemas": {"example_thing": {"version": 1, "attributes": {
				"id": {"type": "string", "description": "Its id.", "required_for_import": true},
				"region": {"type": "string", "optional_for_import": true}}}}}`,
		},
		"data source": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{
				DataSourceSchemas: map[string]*tfprotov6.Schema{"example_thing": withAttributes(id)},
			}},
			`{"provider": {"version": 0},
			"data_source_schemas": {"example_thing": {"version": 0, "block": ` + idBlock + `}}}`,
		},
		"ephemeral resource": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{
				EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"example_thing": withAttributes(id)},
			}},
			`{"provider": {"version": 0},
			"ephemeral_resource_schemas": {"example_thing": {"version": 0, "block": ` + idBlock + `}}}`,
		},
		"list resource": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{
				ListResourceSchemas: map[string]*tfprotov6.Schema{"example_thing": withAttributes(id)},
			}},
			`{"provider": {"version": 0},
			"list_resource_schemas": {"example_thing": {"version": 0, "block": ` + idBlock + `}}}`,
		},
		"action, which has no version": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{
				ActionSchemas: map[string]*tfprotov6.ActionSchema{"example_do": {Schema: withAttributes(id)}},
			}},
			`{"provider": {"version": 0}, "action_schemas": {"example_do": {"block": ` + idBlock + `}}}`,
		},
		"function": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{
				Functions: map[string]*tfprotov6.Function{"join": {
					Summary:            "Joins.",
					Description:        "Joins words.",
					DeprecationMessage: "Use another.",
					Return:             &tfprotov6.FunctionReturn{Type: tftypes.String},
					Parameters: []*tfprotov6.FunctionParameter{
						{Name: "separator", Description: "Between.", Type: tftypes.String, AllowNullValue: true},
					},
					VariadicParameter: &tfprotov6.FunctionParameter{Name: "words", Type: tftypes.DynamicPseudoType},
				}},
			}},
			`{"provider": {"version": 0}, "functions": {"join": {
				"summary": "Joins.", "description": "Joins words.", "deprecation_message": "Use another.",
				"return_type": "string",
				"parameters": [{"name": "separator", "description": "Between.", "type": "string", "is_nullable": true}],
				"variadic_parameter": {"name": "words", "type": "dynamic"}}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := schema.JSON(t.Context(), tc.server)
			if err != nil {
				t.Fatal(err)
			}
			want := `{"format_version": "1.0", "provider_schemas": {"` + schema.Address + `": ` + tc.want + `}}`
			sameJSON(t, got, want)
		})
	}
}

func TestJSON_attributes(t *testing.T) {
	t.Parallel()

	child := &tfprotov6.SchemaAttribute{Name: "n", Type: tftypes.Number, Optional: true, Computed: true}
	const childJSON = `{"n": {"type": "number", "description_kind": "plain", "optional": true, "computed": true}}`
	nested := func(mode tfprotov6.SchemaObjectNestingMode) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{
			Required:   true,
			NestedType: &tfprotov6.SchemaObject{Nesting: mode, Attributes: []*tfprotov6.SchemaAttribute{child}},
		}
	}
	nestedJSON := func(mode string) string {
		return `{"nested_type": {"nesting_mode": "` + mode + `", "attributes": ` + childJSON + `},
			"description_kind": "plain", "required": true}`
	}
	plain := func(typ string) string { return `{"type": ` + typ + `, "description_kind": "plain"}` }

	for name, tc := range map[string]struct {
		attribute *tfprotov6.SchemaAttribute
		want      string
	}{
		"string":  {&tfprotov6.SchemaAttribute{Type: tftypes.String}, plain(`"string"`)},
		"number":  {&tfprotov6.SchemaAttribute{Type: tftypes.Number}, plain(`"number"`)},
		"bool":    {&tfprotov6.SchemaAttribute{Type: tftypes.Bool}, plain(`"bool"`)},
		"dynamic": {&tfprotov6.SchemaAttribute{Type: tftypes.DynamicPseudoType}, plain(`"dynamic"`)},
		"list": {
			&tfprotov6.SchemaAttribute{Type: tftypes.List{ElementType: tftypes.String}},
			plain(`["list", "string"]`),
		},
		"set": {
			&tfprotov6.SchemaAttribute{Type: tftypes.Set{ElementType: tftypes.Bool}},
			plain(`["set", "bool"]`),
		},
		"map of lists": {
			&tfprotov6.SchemaAttribute{Type: tftypes.Map{ElementType: tftypes.List{ElementType: tftypes.Number}}},
			plain(`["map", ["list", "number"]]`),
		},
		"object": {
			&tfprotov6.SchemaAttribute{Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{
				"a": tftypes.String, "b": tftypes.Set{ElementType: tftypes.String},
			}}},
			plain(`["object", {"a": "string", "b": ["set", "string"]}]`),
		},
		"tuple": {
			&tfprotov6.SchemaAttribute{Type: tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.String, tftypes.Bool}}},
			plain(`["tuple", ["string", "bool"]]`),
		},
		"nested single": {nested(tfprotov6.SchemaObjectNestingModeSingle), nestedJSON("single")},
		"nested list":   {nested(tfprotov6.SchemaObjectNestingModeList), nestedJSON("list")},
		"nested set":    {nested(tfprotov6.SchemaObjectNestingModeSet), nestedJSON("set")},
		"nested map":    {nested(tfprotov6.SchemaObjectNestingModeMap), nestedJSON("map")},
		"sensitive and write-only, described in markdown": {
			&tfprotov6.SchemaAttribute{
				Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true,
				Description: "A `<secret>`.", DescriptionKind: tfprotov6.StringKindMarkdown,
			},
			`{"type": "string", "description": "A ` + "`<secret>`" + `.", "description_kind": "markdown",
				"optional": true, "sensitive": true, "write_only": true}`,
		},
		"deprecated": {
			&tfprotov6.SchemaAttribute{Type: tftypes.String, Deprecated: true, DeprecationMessage: "Use b."},
			`{"type": "string", "description_kind": "plain", "deprecated": true, "deprecation_message": "Use b."}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.attribute.Name = "it"
			got, err := schema.JSON(t.Context(), &server{
				schemas: tfprotov6.GetProviderSchemaResponse{Provider: withAttributes(tc.attribute)},
			})
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, got, `{"format_version": "1.0", "provider_schemas": {"`+schema.Address+`": {"provider": {
				"version": 0, "block": {"description_kind": "plain", "attributes": {"it": `+tc.want+`}}}}}}`)
		})
	}
}

func TestJSON_blocks(t *testing.T) {
	t.Parallel()

	for mode, word := range map[tfprotov6.SchemaNestedBlockNestingMode]string{
		tfprotov6.SchemaNestedBlockNestingModeSingle: "single",
		tfprotov6.SchemaNestedBlockNestingModeList:   "list",
		tfprotov6.SchemaNestedBlockNestingModeSet:    "set",
		tfprotov6.SchemaNestedBlockNestingModeMap:    "map",
		tfprotov6.SchemaNestedBlockNestingModeGroup:  "group",
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			got, err := schema.JSON(t.Context(), &server{schemas: tfprotov6.GetProviderSchemaResponse{
				Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
					Description: "Old.", Deprecated: true, DeprecationMessage: "Gone soon.",
					BlockTypes: []*tfprotov6.SchemaNestedBlock{{
						TypeName: "b", Nesting: mode, MinItems: 1, MaxItems: 2, Block: withAttributes().Block,
					}},
				}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, got, `{"format_version": "1.0", "provider_schemas": {"`+schema.Address+`": {"provider": {
				"version": 0, "block": {"description": "Old.", "description_kind": "plain",
				"deprecated": true, "deprecation_message": "Gone soon.",
				"block_types": {"b": {"nesting_mode": "`+word+`", "min_items": 1, "max_items": 2,
				"block": {"description_kind": "plain"}}}}}}}}`)
		})
	}
}

func TestJSON_form(t *testing.T) {
	t.Parallel()

	got, err := schema.JSON(t.Context(), &server{schemas: tfprotov6.GetProviderSchemaResponse{
		Provider: withAttributes(&tfprotov6.SchemaAttribute{Name: "a", Type: tftypes.String, Description: "<b> & c"}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"{\n  \"format_version\"", `"description": "<b> & c"`, "}\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestJSON_refuses(t *testing.T) {
	t.Parallel()

	failed := []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Only a warning"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Bad schema", Detail: "Two of a name."},
	}
	for name, tc := range map[string]struct {
		server *server
		want   string
	}{
		"a failed call": {
			&server{err: errors.New("broken pipe")},
			"read provider schema: broken pipe",
		},
		"an error diagnostic": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{Diagnostics: failed}},
			"read provider schema: Bad schema: Two of a name.",
		},
		"an error diagnostic of the identities": {
			&server{identities: tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: failed}},
			"read identity schemas: Bad schema: Two of a name.",
		},
		"an attribute without a type": {
			&server{schemas: tfprotov6.GetProviderSchemaResponse{
				Provider: withAttributes(&tfprotov6.SchemaAttribute{Name: "a"}),
			}},
			"the schema has a type that cannot be expressed: no type",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := schema.JSON(t.Context(), tc.server)
			if err == nil || err.Error() != tc.want {
				t.Errorf("got error %v, want %q", err, tc.want)
			}
			if got != nil {
				t.Errorf("got a document with the error: %s", got)
			}
		})
	}
}

func sameJSON(t *testing.T, got []byte, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("the document is not JSON: %v\n%s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("the expectation is not JSON: %v\n%s", err, want)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
