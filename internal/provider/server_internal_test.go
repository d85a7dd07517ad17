// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type payloadKey struct{}

// TestServer_letsContextsGo: what hangs on the context of a call can be collected when the call has ended.
func TestServer_letsContextsGo(t *testing.T) {
	t.Parallel()
	s := NewServer("test")
	const none = "bitwarden_none" // answered with an error, after the framework has noted the context
	for name, call := range map[string]func(ctx context.Context) error{
		"validate": func(ctx context.Context) error {
			_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: none})
			return err
		},
		"upgrade": func(ctx context.Context) error {
			_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: none})
			return err
		},
		"upgrade identity": func(ctx context.Context) error {
			_, err := s.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: none})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: none})
			return err
		},
		"plan": func(ctx context.Context) error {
			_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: none})
			return err
		},
		"apply": func(ctx context.Context) error {
			_, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: none})
			return err
		},
		"import": func(ctx context.Context) error {
			_, err := s.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: none})
			return err
		},
		"data source": func(ctx context.Context) error {
			_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: none})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload := new([1 << 10]byte)
			kept := weak.Make(payload)
			if err := call(context.WithValue(t.Context(), payloadKey{}, payload)); err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			if kept.Value() != nil {
				t.Error("the server keeps the context")
			}
			runtime.KeepAlive(s)
		})
	}
}

// A call is stopped by its caller, and what it leaves running is told that it has ended.
func TestCallContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), payloadKey{}, 1))
	left, err := during(ctx, func(ctx context.Context, _ int) (context.Context, error) {
		child, stop := context.WithCancel(ctx)
		t.Cleanup(stop)
		if child.Err() != nil || child.Value(payloadKey{}) != 1 {
			t.Error("the call does not have the caller's context")
		}
		return child, nil
	}, 0)
	if err != nil || left.Value(payloadKey{}) != nil {
		t.Errorf("%v; the value is still there", err)
	}
	cancel()
	<-left.Done()
}
