// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// result is one line of the table.
type result struct {
	fleet *fleet
	step  string
	about string // of the part of the fleet that was not measured as a whole; empty: the whole
	under conditions
	spent

	requests int
	refused  int // because of the server's limits
	byRoute  map[string]int
	bytes    int64
	inFlight int
	// reference is the wall time of the same step over resources that do nothing; zero: not measured.
	reference time.Duration
}

// step is one command, and what has to happen before.
type step struct {
	name    string
	about   string
	before  func(ctx context.Context) error
	args    []string
	changes bool // what the plan has to show
}

const (
	stepApply   = "apply"
	stepConfirm = "apply: confirm"
	stepPlan    = "plan"
	stepDrift   = "plan after a change"
	stepDestroy = "destroy"
)

var (
	applyArgs   = []string{"apply", "-auto-approve", "-no-color"}
	planArgs    = []string{"plan", "-detailed-exitcode", "-no-color"}
	destroyArgs = []string{"destroy", "-auto-approve", "-no-color"}
)

// bench is the measurement of one fleet.
type bench struct {
	settings

	fleet     *fleet
	world     *world
	front     *front
	workdir   *workdir
	reference *workdir
	results   []result

	part, referencePart string // states of what was applied, if that is not all
}

// measure measures one fleet from nothing to nothing.
func measure(ctx context.Context, s settings, f fleet) (_ []result, err error) {
	folder, err := os.MkdirTemp("", "bitwarden-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	fmt.Fprintf(s.progress, "%s\n", f.about)
	b := &bench{settings: s, fleet: &f}
	if b.world, err = newWorld(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.world.close(ctx)) }()
	if err := f.seed(ctx, b.world); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	b.front = newFront(b.world.server)
	defer b.front.Close()
	if err := b.open(ctx, folder); err != nil {
		return nil, err
	}
	for i, under := range f.under {
		for _, step := range b.steps(i) {
			if err := b.run(ctx, step, under); err != nil {
				return nil, fmt.Errorf("%s under %s: %w", step.name, under, err)
			}
		}
	}
	return b.results, nil
}

// steps are the steps under the n-th conditions.
func (b *bench) steps(n int) []step {
	plan := step{name: stepPlan, args: planArgs}
	apply := []step{{name: stepApply, args: applyArgs}}
	if b.fleet.accept != nil {
		apply = append(apply, step{name: stepConfirm, args: applyArgs, before: b.accept})
	}
	drift := step{name: stepDrift, args: planArgs, before: b.meddle, changes: true}
	destroy := step{name: stepDestroy, args: destroyArgs}
	part := b.fleet.part
	if part == nil {
		return append(apply, plan, drift, destroy)
	}
	var steps []step
	if n == 0 {
		steps = append(steps, step{name: stepApply, about: part.about, args: slices.Concat(applyArgs, part.args)})
		plan.before = b.grow
	}
	steps = append(steps, plan)
	if n == len(b.fleet.under)-1 {
		steps = append(steps, drift, step{
			name: stepDestroy, about: part.about, args: slices.Concat(destroyArgs, part.args), before: b.shrink,
		})
	}
	return steps
}

func (b *bench) accept(ctx context.Context) error { return b.fleet.accept(ctx, b.world) }

func (b *bench) meddle(ctx context.Context) error { return b.fleet.meddle(ctx, b.world) }

// grow makes a part of the fleet the whole.
func (b *bench) grow(ctx context.Context) (err error) {
	if b.part, err = b.workdir.readState(); err != nil {
		return err
	}
	if b.referencePart, err = b.reference.readState(); err != nil {
		return err
	}
	whole, err := b.fleet.part.grow(ctx, b.world, b.part)
	if err != nil {
		return err
	}
	return errors.Join(b.workdir.writeState(whole), b.reference.writeState(b.fleet.part.growReference(b.referencePart)))
}

// shrink undoes grow.
func (b *bench) shrink(context.Context) error {
	return errors.Join(b.workdir.writeState(b.part), b.reference.writeState(b.referencePart))
}

func (b *bench) open(ctx context.Context, folder string) error {
	ca := filepath.Join(folder, "ca.pem")
	if err := os.WriteFile(ca, b.front.caPEM(), 0o600); err != nil {
		return err
	}
	id, secret, err := b.world.msp.Admin.APIKey(ctx)
	if err != nil {
		return err
	}
	b.workdir, err = useProvider(ctx, b.settings, filepath.Join(folder, "fleet"), b.fleet.config(b.world), []string{
		"BW_URL=" + b.front.URL, "NODE_EXTRA_CA_CERTS=" + ca,
		"BW_CLIENTID=" + id, "BW_CLIENTSECRET=" + secret, "BW_PASSWORD=" + emulator.Password,
	})
	if err != nil {
		return err
	}
	b.reference, err = newWorkdir(ctx, b.settings, filepath.Join(folder, "reference"), b.fleet.reference)
	return err
}

// run measures one step, right after the same step over resources that do nothing.
func (b *bench) run(ctx context.Context, s step, under conditions) error {
	if s.before != nil {
		if err := s.before(ctx); err != nil {
			return err
		}
	}
	r := result{fleet: b.fleet, step: s.name, about: s.about, under: under}
	args := append(slices.Clone(s.args), fmt.Sprintf("-parallelism=%d", under.parallelism))
	if s.name != stepConfirm {
		took, _, err := b.reference.run(ctx, args...)
		if err != nil {
			return fmt.Errorf("reference: %w", err)
		}
		r.reference = took.wall
	}
	b.front.reset(under)
	var changes bool
	var err error
	if r.spent, changes, err = b.workdir.run(ctx, args...); err != nil {
		return err
	}
	if changes != s.changes {
		return fmt.Errorf("that the plan shows changes is %t, not %t", changes, s.changes)
	}
	requests := b.world.server.Requests()
	r.requests, r.byRoute = requests.Total, requests.ByRoute
	for _, request := range requests.List {
		if request.Status == http.StatusTooManyRequests {
			r.refused++
		}
	}
	r.bytes, r.inFlight = b.front.bytes.Load(), b.front.mostInFlight()
	b.results = append(b.results, r)
	fmt.Fprintf(b.progress, "  %s\n", r)
	return nil
}

// close stops the emulator, also when ctx has ended.
func (w *world) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return w.server.Close(ctx)
}
