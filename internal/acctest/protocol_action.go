// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// PlanAction plans an action, as a CLI does before it asks for approval. Like a CLI it does not validate what has become
// known since the configuration was validated: that is the provider's task.
func (p *Protocol) PlanAction(typeName string, config map[string]any) Problems {
	p.tb.Helper()
	server, encoded := p.action(typeName, config)
	planned, err := server.PlanAction(p.tb.Context(), &tfprotov6.PlanActionRequest{
		ActionType: typeName, Config: encoded, ClientCapabilities: &tfprotov6.PlanActionClientCapabilities{},
	})
	p.must(err)
	return planned.Diagnostics
}

// Invoke plans an action and, without errors, invokes it. Progress is what it told meanwhile.
func (p *Protocol) Invoke(typeName string, config map[string]any) (progress []string, problems Problems) {
	p.tb.Helper()
	if problems = p.PlanAction(typeName, config); problems.HasError() {
		return nil, problems
	}
	return p.InvokePlanned(typeName, config)
}

// InvokePlanned invokes an action without a look at the plan, as when values have become known since.
func (p *Protocol) InvokePlanned(typeName string, config map[string]any) (progress []string, problems Problems) {
	p.tb.Helper()
	server, encoded := p.action(typeName, config)
	stream, err := server.InvokeAction(p.tb.Context(), &tfprotov6.InvokeActionRequest{
		ActionType: typeName, Config: encoded, ClientCapabilities: &tfprotov6.InvokeActionClientCapabilities{},
	})
	p.must(err)
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			problems = append(problems, event.Diagnostics...)
		}
	}
	return progress, problems
}

func (p *Protocol) action(typeName string, config map[string]any) (tfprotov6.ActionServer, *tfprotov6.DynamicValue) {
	p.tb.Helper()
	server, ok := p.server.(tfprotov6.ActionServer)
	schema, known := p.schemas.ActionSchemas[typeName]
	if !ok || !known {
		p.tb.Fatalf("no action %s", typeName)
	}
	return server, p.dynamic(schema.Schema.ValueType(), config)
}
