// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Serve serves the provider to the CLI that started this process, until that says to stop; with debug, to a CLI that
// finds it by TF_REATTACH_PROVIDERS.
func Serve(version string, debug bool) error {
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := quietSDK(); err != nil { // A debugged provider does not have the CLI's environment.
		return err
	}
	return tf6server.Serve(Address, func() tfprotov6.ProviderServer { return NewServer(version) }, options...)
}

// NewServer makes a provider that speaks the plugin protocol.
func NewServer(version string) tfprotov6.ProviderServer {
	made := providerserver.NewProtocol6(New(version)())()
	if framework, ok := made.(framework); ok {
		return server{framework}
	}
	return made
}

// framework is the plugin framework's server.
type framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server lets go of the context of each call when that ends, and validates actions when their values are known. The
// framework keeps all contexts for the case that the CLI tells it to stop, with everything that hangs on them, down to the
// request itself: some ten kilobytes for each of the tens of thousands of calls of a large plan.
type server struct{ framework }

// ValidateResourceConfig implements tfprotov6.ResourceServer.
func (s server) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, s.framework.ValidateResourceConfig, req)
}

// UpgradeResourceState implements tfprotov6.ResourceServer.
func (s server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, s.framework.UpgradeResourceState, req)
}

// UpgradeResourceIdentity implements tfprotov6.ResourceServer.
func (s server) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, s.framework.UpgradeResourceIdentity, req)
}

// ReadResource implements tfprotov6.ResourceServer.
func (s server) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, s.framework.ReadResource, req)
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (s server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, s.framework.PlanResourceChange, req)
}

// ApplyResourceChange implements tfprotov6.ResourceServer.
func (s server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, s.framework.ApplyResourceChange, req)
}

// ImportResourceState implements tfprotov6.ResourceServer.
func (s server) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, s.framework.ImportResourceState, req)
}

// ReadDataSource implements tfprotov6.DataSourceServer.
func (s server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(ctx, s.framework.ReadDataSource, req)
}

// PlanAction implements tfprotov6.ActionServer. The CLI validates an action only before variables and what the plan reads
// are known, and hands over whatever they turn out to be: nothing for what is required, or a password that is too short.
func (s server) PlanAction(
	ctx context.Context, req *tfprotov6.PlanActionRequest,
) (*tfprotov6.PlanActionResponse, error) {
	problems, err := s.invalid(ctx, req.ActionType, req.Config)
	if err != nil || len(problems) > 0 {
		return &tfprotov6.PlanActionResponse{Diagnostics: problems}, err
	}
	return s.framework.PlanAction(ctx, req)
}

// InvokeAction implements tfprotov6.ActionServer. Some values are known then only.
func (s server) InvokeAction(
	ctx context.Context, req *tfprotov6.InvokeActionRequest,
) (*tfprotov6.InvokeActionServerStream, error) {
	problems, err := s.invalid(ctx, req.ActionType, req.Config)
	if err != nil || len(problems) > 0 {
		return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
			push(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: problems}})
		}}, err
	}
	return s.framework.InvokeAction(ctx, req)
}

// invalid is what is wrong with the configuration of an action.
func (s server) invalid(
	ctx context.Context, actionType string, config *tfprotov6.DynamicValue,
) ([]*tfprotov6.Diagnostic, error) {
	validated, err := s.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{
		ActionType: actionType, Config: config,
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(validated.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity != tfprotov6.DiagnosticSeverityError // the CLI has shown warnings before
	}), nil
}

// during calls the framework with a context that has nothing to hold on to afterwards.
//
//nolint:contextcheck // The context is the caller's as long as the call lasts.
func during[Request, Response any](
	ctx context.Context, call func(context.Context, Request) (Response, error), req Request,
) (Response, error) {
	c := &callContext{}
	c.current.Store(&ctx)
	defer c.current.Store(&over)
	return call(c, req)
}

// over is the context of every call that has ended.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// callContext is another context as long as a call lasts, and over afterwards.
type callContext struct {
	current atomic.Pointer[context.Context]
}

// Deadline implements context.Context.
func (c *callContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }

// Done implements context.Context.
func (c *callContext) Done() <-chan struct{} { return (*c.current.Load()).Done() }

// Err implements context.Context.
func (c *callContext) Err() error { return (*c.current.Load()).Err() }

// Value implements context.Context.
func (c *callContext) Value(key any) any { return (*c.current.Load()).Value(key) }
