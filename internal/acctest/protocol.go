// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
)

// Protocol calls a provider as a CLI does, without one: a call takes a few milliseconds. Values are plain Go: nil, bool,
// string, int, []any and map[string]any; Unknown stands for what is known only after apply.
type Protocol struct {
	tb         testing.TB
	server     tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
	config     map[string]any // of the provider
	meanwhile  func()         // between plan and apply
}

// Unknown is a value that is known only after apply.
const Unknown = unknown("unknown")

type unknown string

// Object is a plan, a state, an identity or the result of a data source.
type Object struct {
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// Listed is a result of a list resource.
type Listed struct {
	DisplayName        string
	Identity, Resource map[string]any
}

// Problems are the diagnostics of one call.
type Problems []*tfprotov6.Diagnostic

// NewProtocol starts a provider that is not configured yet.
func NewProtocol(tb testing.TB) *Protocol {
	tb.Helper()
	cleanEnvironment()
	p := &Protocol{tb: tb, server: provider.NewServer("test")}
	var err error
	if p.schemas, err = p.server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		tb.Fatal(err)
	}
	identities, err := p.server.GetResourceIdentitySchemas(tb.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	p.identities = identities.IdentitySchemas
	if problems := append(Problems(p.schemas.Diagnostics), identities.Diagnostics...); len(problems) > 0 {
		tb.Fatal(problems)
	}
	return p
}

// Schemas are what the provider offers.
func (p *Protocol) Schemas() *tfprotov6.GetProviderSchemaResponse { return p.schemas }

// Identities are the identity schemas by resource type.
func (p *Protocol) Identities() map[string]*tfprotov6.ResourceIdentitySchema { return p.identities }

// Configure configures the provider.
func (p *Protocol) Configure(config map[string]any) Problems {
	p.tb.Helper()
	resp, err := p.server.ConfigureProvider(p.tb.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0",
		Config:           p.dynamic(p.schemas.Provider.ValueType(), config),
	})
	p.must(err)
	p.config = config
	return resp.Diagnostics
}

// Meanwhile lets Apply call edit between plan and apply, as if somebody else worked in the web vault.
func (p *Protocol) Meanwhile(edit func()) *Protocol {
	changed := *p
	changed.meanwhile = edit
	return &changed
}

// anew is a provider with the same configuration, which has read nothing yet: a CLI has one for the plan and one for the
// apply.
func (p *Protocol) anew() *Protocol {
	p.tb.Helper()
	again := NewProtocol(p.tb)
	again.Configure(p.config).WantNone(p.tb)
	return again
}

// ValidateProvider validates a provider block.
func (p *Protocol) ValidateProvider(config map[string]any) Problems {
	p.tb.Helper()
	resp, err := p.server.ValidateProviderConfig(p.tb.Context(), &tfprotov6.ValidateProviderConfigRequest{
		Config: p.dynamic(p.schemas.Provider.ValueType(), config),
	})
	p.must(err)
	return resp.Diagnostics
}

// Validate validates the configuration of a resource.
func (p *Protocol) Validate(typeName string, config map[string]any) Problems {
	p.tb.Helper()
	resp, err := p.server.ValidateResourceConfig(p.tb.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: p.dynamic(p.resourceType(typeName), config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	p.must(err)
	return resp.Diagnostics
}

// Plan plans a resource: a nil prior object is a creation, also that of a tainted resource; a nil configuration is a
// destruction.
func (p *Protocol) Plan(typeName string, prior *Object, config map[string]any) (*Object, Problems) {
	p.tb.Helper()
	return p.plan(typeName, prior, config, prior.private())
}

// PlanReplace plans a resource as a CLI does whose user wants it replaced: once as it is, and once as a creation, which
// gets what the first plan kept as private state.
func (p *Protocol) PlanReplace(typeName string, prior *Object, config map[string]any) (*Object, Problems) {
	p.tb.Helper()
	planned, problems := p.Plan(typeName, prior, config)
	if problems.HasError() {
		return nil, problems
	}
	created, more := p.plan(typeName, nil, config, planned.private())
	return created, append(problems, more...)
}

func (p *Protocol) plan(
	typeName string, prior *Object, config map[string]any, private []byte,
) (*Object, Problems) {
	p.tb.Helper()
	resp, err := p.server.PlanResourceChange(p.tb.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: p.encode(p.resourceType(typeName), prior), PriorPrivate: private,
		PriorIdentity: prior.identity(),
		Config:        p.dynamic(p.resourceType(typeName), config), ProposedNewState: p.proposed(typeName, prior, config),
	})
	p.must(err)
	if Problems(resp.Diagnostics).HasError() {
		return nil, resp.Diagnostics
	}
	for _, path := range resp.RequiresReplace {
		p.tb.Logf("%s requires replacement", path)
	}
	planned := p.object(p.resourceType(typeName), resp.PlannedState, resp.PlannedPrivate, resp.PlannedIdentity)
	return planned, resp.Diagnostics
}

// Apply plans and applies. The returned object is nil after a destruction, and after a creation that left nothing. A
// value that the plan knew has to be what the apply returns, unless there is an error.
func (p *Protocol) Apply(typeName string, prior *Object, config map[string]any) (*Object, Problems) {
	p.tb.Helper()
	planned, problems := p.Plan(typeName, prior, config)
	if problems.HasError() {
		return prior, problems
	}
	if p.meanwhile == nil {
		applied, more := p.apply(typeName, prior, planned, config)
		return applied, append(problems, more...)
	}
	p.meanwhile()
	return p.anew().applyPlanned(typeName, prior, planned, config)
}

// Replace plans a replacement, and applies it as a CLI does: the destruction, another plan, the creation.
func (p *Protocol) Replace(typeName string, prior *Object, config map[string]any) (*Object, Problems) {
	p.tb.Helper()
	planned, problems := p.PlanReplace(typeName, prior, config)
	if problems.HasError() {
		return prior, problems
	}
	return p.ReplacePlanned(typeName, prior, planned, config)
}

// ReplacePlanned applies a replacement whose creation was planned. That is PlanReplace's plan, or for a tainted resource
// the Plan without a prior object.
func (p *Protocol) ReplacePlanned(
	typeName string, prior, planned *Object, config map[string]any,
) (*Object, Problems) {
	p.tb.Helper()
	if p.meanwhile != nil {
		p.meanwhile()
	}
	again := p.anew()
	_, problems := again.apply(typeName, prior, nil, nil)
	if problems.HasError() {
		return prior, problems
	}
	created, more := again.applyPlanned(typeName, nil, planned, config)
	return created, append(problems, more...)
}

// applyPlanned plans again, as a CLI does that has learned more since the plan, and applies.
func (p *Protocol) applyPlanned(
	typeName string, prior, planned *Object, config map[string]any,
) (*Object, Problems) {
	p.tb.Helper()
	final, problems := p.Plan(typeName, prior, config)
	if problems.HasError() {
		return prior, problems
	}
	p.keeps("the final plan", planned, final)
	applied, more := p.apply(typeName, prior, final, config)
	return applied, append(problems, more...)
}

// apply applies a plan, nil for a destruction.
func (p *Protocol) apply(typeName string, prior, planned *Object, config map[string]any) (*Object, Problems) {
	p.tb.Helper()
	resp, err := p.server.ApplyResourceChange(p.tb.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.encode(p.resourceType(typeName), prior),
		PlannedState: p.encode(p.resourceType(typeName), planned), PlannedPrivate: planned.private(),
		PlannedIdentity: planned.identity(), Config: p.dynamic(p.resourceType(typeName), config),
	})
	p.must(err)
	applied := p.object(p.resourceType(typeName), resp.NewState, resp.Private, resp.NewIdentity)
	if !Problems(resp.Diagnostics).HasError() {
		p.keeps("the apply", planned, applied)
	}
	return applied, resp.Diagnostics
}

// keeps fails the test when something differs that a plan knew: a CLI reports that as a bug of the provider.
func (p *Protocol) keeps(what string, planned, got *Object) {
	p.tb.Helper()
	if planned == nil || got == nil {
		if planned != got {
			p.tb.Errorf("the plan is %v, but %s %v", planned, what, got)
		}
		return
	}
	values := decode[map[string]tftypes.Value](p.tb, got.Value)
	for name, promised := range decode[map[string]tftypes.Value](p.tb, planned.Value) {
		if promised.IsFullyKnown() && !promised.Equal(values[name]) {
			p.tb.Errorf("%s is %s in the plan, but %s in %s", name, promised, values[name], what)
		}
	}
}

// Read refreshes a resource; nil means that it is gone.
func (p *Protocol) Read(typeName string, state *Object) (*Object, Problems) {
	p.tb.Helper()
	resp, err := p.server.ReadResource(p.tb.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: p.encode(p.resourceType(typeName), state), Private: state.private(),
		CurrentIdentity: state.identity(),
	})
	p.must(err)
	return p.object(p.resourceType(typeName), resp.NewState, resp.Private, resp.NewIdentity), resp.Diagnostics
}

// Import imports by id and reads, as a CLI does.
func (p *Protocol) Import(typeName, id string) (*Object, Problems) {
	p.tb.Helper()
	return p.importState(&tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
}

// ImportByIdentity imports by identity and reads, as a CLI does.
func (p *Protocol) ImportByIdentity(typeName string, identity map[string]any) (*Object, Problems) {
	p.tb.Helper()
	return p.importState(&tfprotov6.ImportResourceStateRequest{
		TypeName: typeName,
		Identity: &tfprotov6.ResourceIdentityData{
			IdentityData: p.dynamic(p.identities[typeName].ValueType(), identity),
		},
	})
}

func (p *Protocol) importState(req *tfprotov6.ImportResourceStateRequest) (*Object, Problems) {
	p.tb.Helper()
	resp, err := p.server.ImportResourceState(p.tb.Context(), req)
	p.must(err)
	if Problems(resp.Diagnostics).HasError() {
		return nil, resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	state, problems := p.Read(req.TypeName,
		p.object(p.resourceType(req.TypeName), imported.State, imported.Private, imported.Identity))
	return state, append(Problems(resp.Diagnostics), problems...)
}

// DataSource reads a data source.
func (p *Protocol) DataSource(typeName string, config map[string]any) (*Object, Problems) {
	p.tb.Helper()
	schema, ok := p.schemas.DataSourceSchemas[typeName]
	if !ok {
		p.tb.Fatalf("no data source %s", typeName)
	}
	resp, err := p.server.ReadDataSource(p.tb.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: typeName, Config: p.dynamic(schema.ValueType(), config),
	})
	p.must(err)
	return p.object(schema.ValueType(), resp.State, nil, nil), resp.Diagnostics
}

// ValidateDataSource validates the configuration of a data source.
func (p *Protocol) ValidateDataSource(typeName string, config map[string]any) Problems {
	p.tb.Helper()
	resp, err := p.server.ValidateDataResourceConfig(p.tb.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName, Config: p.dynamic(p.schemas.DataSourceSchemas[typeName].ValueType(), config),
	})
	p.must(err)
	return resp.Diagnostics
}

// List runs a list resource. A limit of 0 is none.
func (p *Protocol) List(
	typeName string,
	config map[string]any,
	includeResource bool,
	limit int64,
) ([]Listed, Problems) {
	p.tb.Helper()
	server, ok := p.server.(tfprotov6.ListResourceServer)
	if !ok {
		p.tb.Fatal("the provider serves no lists")
	}
	stream, err := server.ListResource(p.tb.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: p.dynamic(p.schemas.ListResourceSchemas[typeName].ValueType(), config),
		IncludeResource: includeResource, Limit: limit,
	})
	p.must(err)
	var listed []Listed
	var problems Problems
	for result := range stream.Results {
		problems = append(problems, result.Diagnostics...)
		if Problems(result.Diagnostics).HasError() {
			continue
		}
		one := Listed{DisplayName: result.DisplayName}
		one.Identity = p.object(p.identities[typeName].ValueType(), result.Identity.IdentityData, nil, nil).Attributes(p.tb)
		if includeResource {
			one.Resource = p.object(p.resourceType(typeName), result.Resource, nil, nil).Attributes(p.tb)
		}
		listed = append(listed, one)
	}
	return listed, problems
}

// Attributes are the attributes of an object as plain Go: a number is an int, an unknown value is Unknown.
func (o *Object) Attributes(tb testing.TB) map[string]any {
	tb.Helper()
	attributes, ok := plain(tb, o.Value).(map[string]any)
	if !ok {
		tb.Fatalf("%s is no object", o.Value)
	}
	return attributes
}

func (o *Object) private() []byte {
	if o == nil {
		return nil
	}
	return o.Private
}

func (o *Object) identity() *tfprotov6.ResourceIdentityData {
	if o == nil {
		return nil
	}
	return o.Identity
}

// HasError tells whether there is more than warnings.
func (problems Problems) HasError() bool {
	return slices.ContainsFunc(problems, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
}

// WantError ends the test unless the only error is at the attribute (empty: at none) and contains the words.
func (problems Problems) WantError(tb testing.TB, attribute string, words ...string) {
	tb.Helper()
	problems.want(tb, tfprotov6.DiagnosticSeverityError, attribute, words)
}

// WantWarning ends the test unless there is no error, and one warning, at the attribute and with the words.
func (problems Problems) WantWarning(tb testing.TB, attribute string, words ...string) {
	tb.Helper()
	if problems.HasError() {
		tb.Fatal(problems)
	}
	problems.want(tb, tfprotov6.DiagnosticSeverityWarning, attribute, words)
}

func (problems Problems) want(
	tb testing.TB, severity tfprotov6.DiagnosticSeverity, attribute string, words []string,
) {
	tb.Helper()
	var found Problems
	for _, d := range problems {
		if d.Severity == severity {
			found = append(found, d)
		}
	}
	if len(found) != 1 || Attribute(found[0]) != attribute {
		tb.Fatalf("want one %s at %q, got:\n%s", severity, attribute, problems)
	}
	for _, word := range words {
		if !strings.Contains(found[0].Summary+": "+found[0].Detail, word) {
			tb.Errorf("%q is not in:\n%s", word, found)
		}
	}
}

// WantNone ends the test if there is anything, warnings included.
func (problems Problems) WantNone(tb testing.TB) {
	tb.Helper()
	if len(problems) > 0 {
		tb.Fatal(problems)
	}
}

// String is one problem per line: severity, attribute, summary and detail.
func (problems Problems) String() string {
	var lines []string
	for _, d := range problems {
		lines = append(lines, fmt.Sprintf("%s at %q: %s: %s", d.Severity, Attribute(d), d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

// Attribute is the first step of a diagnostic's path, empty when it has none.
func Attribute(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil || len(d.Attribute.Steps()) == 0 {
		return ""
	}
	name, _ := d.Attribute.Steps()[0].(tftypes.AttributeName)
	return string(name)
}

// proposed merges the configuration with what the prior state has for computed attributes, as Terraform does.
func (p *Protocol) proposed(typeName string, prior *Object, config map[string]any) *tfprotov6.DynamicValue {
	p.tb.Helper()
	if config == nil {
		return p.dynamic(p.resourceType(typeName), nil)
	}
	proposed := maps.Clone(config)
	if prior != nil {
		known := prior.Attributes(p.tb)
		for _, attribute := range p.schemas.ResourceSchemas[typeName].Block.Attributes {
			if attribute.Computed && proposed[attribute.Name] == nil {
				proposed[attribute.Name] = known[attribute.Name]
			}
		}
	}
	return p.dynamic(p.resourceType(typeName), proposed)
}

func (p *Protocol) resourceType(typeName string) tftypes.Type {
	p.tb.Helper()
	schema, ok := p.schemas.ResourceSchemas[typeName]
	if !ok {
		p.tb.Fatalf("no resource %s", typeName)
	}
	return schema.ValueType()
}

func (p *Protocol) must(err error) {
	p.tb.Helper()
	if err != nil {
		p.tb.Fatal(err)
	}
}

// dynamic encodes plain Go; a nil map is a null object.
func (p *Protocol) dynamic(typ tftypes.Type, values map[string]any) *tfprotov6.DynamicValue {
	p.tb.Helper()
	value := tftypes.NewValue(typ, nil)
	if values != nil {
		value = typed(p.tb, typ, values)
	}
	return p.encode(typ, &Object{Value: value})
}

func (p *Protocol) encode(typ tftypes.Type, o *Object) *tfprotov6.DynamicValue {
	p.tb.Helper()
	value := tftypes.NewValue(typ, nil)
	if o != nil {
		value = o.Value
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, value)
	p.must(err)
	return &encoded
}

func (p *Protocol) object(
	typ tftypes.Type, encoded *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData,
) *Object {
	p.tb.Helper()
	if encoded == nil {
		return nil
	}
	value, err := encoded.Unmarshal(typ)
	p.must(err)
	if value.IsNull() {
		return nil
	}
	return &Object{Value: value, Private: private, Identity: identity}
}
