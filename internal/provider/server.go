// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
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

// server lets go of the context of each call when that ends. The framework keeps all of them for the case that the CLI
// tells it to stop, with everything that hangs on a context, down to the request itself: some ten kilobytes for each of
// the tens of thousands of calls of a large plan.
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
