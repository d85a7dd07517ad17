// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package schema renders the schema of a provider in the format of "terraform providers schema -json", without a CLI.
//
// The document is read from the provider's own protocol 6 server, so it knows every kind of object the provider has,
// including those a given CLI is too old to print. Documentation is generated from it, and a copy of it is the golden
// file that turns accidental schema changes into review.
package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Address is the key of the provider in the document. It is where tfplugindocs looks for a provider of this name,
// whoever publishes it.
const Address = "registry.terraform.io/hashicorp/bitwarden"

// JSON returns the schema document of the provider behind server, indented, keys sorted, with a final newline. An error
// diagnostic of the server is returned as an error.
func JSON(ctx context.Context, server tfprotov6.ProviderServer) ([]byte, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("read provider schema: %w", err)
	}
	if err := firstError(schemas.Diagnostics); err != nil {
		return nil, fmt.Errorf("read provider schema: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("read identity schemas: %w", err)
	}
	if err := firstError(identities.Diagnostics); err != nil {
		return nil, fmt.Errorf("read identity schemas: %w", err)
	}

	var e encoder
	doc := document{
		FormatVersion: "1.0",
		Schemas: map[string]provider{Address: {
			Provider:           e.schema(schemas.Provider),
			Resources:          each(schemas.ResourceSchemas, e.schema),
			DataSources:        each(schemas.DataSourceSchemas, e.schema),
			EphemeralResources: each(schemas.EphemeralResourceSchemas, e.schema),
			ListResources:      each(schemas.ListResourceSchemas, e.schema),
			Actions:            each(schemas.ActionSchemas, e.action),
			Functions:          each(schemas.Functions, e.function),
			Identities:         each(identities.IdentitySchemas, e.identity),
		}},
	}
	if e.err != nil {
		return nil, e.err
	}

	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("encode provider schema: %w", err)
	}
	return out.Bytes(), nil
}

func firstError(diags []*tfprotov6.Diagnostic) error {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return errors.New(d.Summary + ": " + d.Detail)
		}
	}
	return nil
}

func each[In, Out any](in map[string]In, encode func(In) Out) map[string]Out {
	out := make(map[string]Out, len(in))
	for name, v := range in {
		out[name] = encode(v)
	}
	return out
}

type document struct {
	FormatVersion string              `json:"format_version"`
	Schemas       map[string]provider `json:"provider_schemas"`
}

type provider struct {
	Provider           rootSchema                `json:"provider"`
	Resources          map[string]rootSchema     `json:"resource_schemas,omitempty"`
	DataSources        map[string]rootSchema     `json:"data_source_schemas,omitempty"`
	EphemeralResources map[string]rootSchema     `json:"ephemeral_resource_schemas,omitempty"`
	ListResources      map[string]rootSchema     `json:"list_resource_schemas,omitempty"`
	Actions            map[string]actionSchema   `json:"action_schemas,omitempty"`
	Functions          map[string]function       `json:"functions,omitempty"`
	Identities         map[string]identitySchema `json:"resource_identity_schemas,omitempty"`
}

type rootSchema struct {
	Version int64  `json:"version"`
	Block   *block `json:"block,omitempty"`
}

type actionSchema struct {
	Block *block `json:"block,omitempty"`
}

type block struct {
	Attributes         map[string]attribute   `json:"attributes,omitempty"`
	Blocks             map[string]nestedBlock `json:"block_types,omitempty"`
	Description        string                 `json:"description,omitempty"`
	DescriptionKind    string                 `json:"description_kind,omitempty"`
	Deprecated         bool                   `json:"deprecated,omitempty"`
	DeprecationMessage string                 `json:"deprecation_message,omitempty"`
}

type nestedBlock struct {
	Nesting  string `json:"nesting_mode"`
	Block    *block `json:"block,omitempty"`
	MinItems int64  `json:"min_items,omitempty"`
	MaxItems int64  `json:"max_items,omitempty"`
}

type attribute struct {
	Type               any         `json:"type,omitempty"`
	Nested             *nestedType `json:"nested_type,omitempty"`
	Description        string      `json:"description,omitempty"`
	DescriptionKind    string      `json:"description_kind,omitempty"`
	Deprecated         bool        `json:"deprecated,omitempty"`
	DeprecationMessage string      `json:"deprecation_message,omitempty"`
	Required           bool        `json:"required,omitempty"`
	Optional           bool        `json:"optional,omitempty"`
	Computed           bool        `json:"computed,omitempty"`
	Sensitive          bool        `json:"sensitive,omitempty"`
	WriteOnly          bool        `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes map[string]attribute `json:"attributes,omitempty"`
	Nesting    string               `json:"nesting_mode"`
}

type identitySchema struct {
	Version    int64                        `json:"version"`
	Attributes map[string]identityAttribute `json:"attributes,omitempty"`
}

type identityAttribute struct {
	Type              any    `json:"type"`
	Description       string `json:"description,omitempty"`
	RequiredForImport bool   `json:"required_for_import,omitempty"`
	OptionalForImport bool   `json:"optional_for_import,omitempty"`
}

type function struct {
	Description        string      `json:"description,omitempty"`
	Summary            string      `json:"summary,omitempty"`
	DeprecationMessage string      `json:"deprecation_message,omitempty"`
	Return             any         `json:"return_type"`
	Parameters         []parameter `json:"parameters,omitempty"`
	Variadic           *parameter  `json:"variadic_parameter,omitempty"`
}

type parameter struct {
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	Nullable    bool   `json:"is_nullable,omitempty"`
	Type        any    `json:"type"`
}

// encoder turns protocol structures into those above. It remembers the first type it could not express.
type encoder struct{ err error }

func (e *encoder) schema(s *tfprotov6.Schema) rootSchema {
	if s == nil {
		return rootSchema{}
	}
	return rootSchema{Version: s.Version, Block: e.block(s.Block)}
}

func (e *encoder) action(a *tfprotov6.ActionSchema) actionSchema {
	if a == nil || a.Schema == nil {
		return actionSchema{}
	}
	return actionSchema{Block: e.block(a.Schema.Block)}
}

func (e *encoder) block(b *tfprotov6.SchemaBlock) *block {
	if b == nil {
		return nil
	}
	out := &block{
		Attributes:         e.attributes(b.Attributes),
		Blocks:             make(map[string]nestedBlock, len(b.BlockTypes)),
		Description:        b.Description,
		DescriptionKind:    stringKind(b.DescriptionKind),
		Deprecated:         b.Deprecated,
		DeprecationMessage: b.DeprecationMessage,
	}
	for _, nested := range b.BlockTypes {
		out.Blocks[nested.TypeName] = nestedBlock{
			Nesting:  strings.ToLower(nested.Nesting.String()),
			Block:    e.block(nested.Block),
			MinItems: nested.MinItems,
			MaxItems: nested.MaxItems,
		}
	}
	return out
}

func (e *encoder) attributes(in []*tfprotov6.SchemaAttribute) map[string]attribute {
	out := make(map[string]attribute, len(in))
	for _, a := range in {
		attr := attribute{
			Description:        a.Description,
			DescriptionKind:    stringKind(a.DescriptionKind),
			Deprecated:         a.Deprecated,
			DeprecationMessage: a.DeprecationMessage,
			Required:           a.Required,
			Optional:           a.Optional,
			Computed:           a.Computed,
			Sensitive:          a.Sensitive,
			WriteOnly:          a.WriteOnly,
		}
		if a.NestedType != nil {
			attr.Nested = &nestedType{
				Attributes: e.attributes(a.NestedType.Attributes),
				Nesting:    strings.ToLower(a.NestedType.Nesting.String()),
			}
		} else {
			attr.Type = e.typ(a.Type)
		}
		out[a.Name] = attr
	}
	return out
}

func (e *encoder) identity(s *tfprotov6.ResourceIdentitySchema) identitySchema {
	out := identitySchema{Version: s.Version, Attributes: make(map[string]identityAttribute, len(s.IdentityAttributes))}
	for _, a := range s.IdentityAttributes {
		out.Attributes[a.Name] = identityAttribute{
			Type:              e.typ(a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return out
}

func (e *encoder) function(f *tfprotov6.Function) function {
	out := function{
		Description:        f.Description,
		Summary:            f.Summary,
		DeprecationMessage: f.DeprecationMessage,
		Return:             e.typ(f.Return.Type),
	}
	for _, p := range f.Parameters {
		out.Parameters = append(out.Parameters, e.parameter(p))
	}
	if f.VariadicParameter != nil {
		out.Variadic = new(e.parameter(f.VariadicParameter))
	}
	return out
}

func (e *encoder) parameter(p *tfprotov6.FunctionParameter) parameter {
	return parameter{Name: p.Name, Description: p.Description, Nullable: p.AllowNullValue, Type: e.typ(p.Type)}
}

// typ returns t as Terraform writes types in JSON: a word, or an array of a word and what it is made of. The JSON
// method of tftypes is deprecated.
func (e *encoder) typ(t tftypes.Type) any {
	switch t := t.(type) {
	case tftypes.List:
		return []any{"list", e.typ(t.ElementType)}
	case tftypes.Set:
		return []any{"set", e.typ(t.ElementType)}
	case tftypes.Map:
		return []any{"map", e.typ(t.ElementType)}
	case tftypes.Object:
		return []any{"object", each(t.AttributeTypes, e.typ)}
	case tftypes.Tuple:
		elements := make([]any, 0, len(t.ElementTypes))
		for _, element := range t.ElementTypes {
			elements = append(elements, e.typ(element))
		}
		return []any{"tuple", elements}
	case nil:
		e.fail("no type")
		return nil
	}
	switch {
	case t.Equal(tftypes.String):
		return "string"
	case t.Equal(tftypes.Number):
		return "number"
	case t.Equal(tftypes.Bool):
		return "bool"
	case t.Equal(tftypes.DynamicPseudoType):
		return "dynamic"
	}
	e.fail(t.String())
	return nil
}

func (e *encoder) fail(what string) {
	if e.err == nil {
		e.err = fmt.Errorf("the schema has a type that cannot be expressed: %s", what)
	}
}

func stringKind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
