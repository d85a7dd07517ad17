// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// kind is a way in which a call fails, once.
type kind struct {
	name  string
	fault emulator.Fault
	// writes says that it makes no difference to a call that changes nothing: whether it was executed.
	writes bool
	// interrupt says that somebody presses Ctrl-C while the server answers.
	interrupt bool
	// outage says that from this call on nothing comes through for a while, so that nobody can look what became of it.
	outage bool
}

const (
	page    = "<html><body><h1>502 Bad Gateway</h1></body></html>"
	garbage = `{"object":"list","data":[{"id":"5`
	foreign = `{"status":"Down for maintenance"}`
)

var asPage = map[string]string{"Content-Type": "text/html"}

var kinds = []kind{
	{name: "cut-before", fault: emulator.Fault{Cut: emulator.CutBefore}},
	{name: "cut-after", fault: emulator.Fault{Cut: emulator.CutAfter}, writes: true},
	{name: "cut-in-body", fault: emulator.Fault{Cut: emulator.CutBody}},
	{name: "500-before", fault: emulator.Fault{Status: 500}},
	{name: "500-after", fault: emulator.Fault{Status: 500, AfterExecution: true}, writes: true},
	{name: "502-before", fault: emulator.Fault{Status: 502, Body: page, Header: asPage}},
	{
		name:   "502-after",
		fault:  emulator.Fault{Status: 502, Body: page, Header: asPage, AfterExecution: true},
		writes: true,
	},
	{name: "429", fault: emulator.Fault{Status: 429, RetryAfter: 1}},
	{name: "401", fault: emulator.Fault{Status: 401, Header: emulator.ExpiredToken()}},
	{name: "garbage-before", fault: emulator.Fault{Status: 200, Body: garbage}},
	{name: "garbage-after", fault: emulator.Fault{Status: 200, Body: garbage, AfterExecution: true}, writes: true},
	{name: "foreign-before", fault: emulator.Fault{Status: 200, Body: foreign}},
	{name: "foreign-after", fault: emulator.Fault{Status: 200, Body: foreign, AfterExecution: true}, writes: true},
	{name: "outage", fault: emulator.Fault{Cut: emulator.CutAfter}, writes: true, outage: true},
	{name: "interrupt", fault: emulator.Fault{Delay: 300 * time.Millisecond}, interrupt: true},
}

// randomly is the name of an interrupt at a random moment.
const randomly = "random-interrupt"

// call is one of a phase: the how-manieth of its route.
type call struct {
	route string
	n     int
}

func (c call) isWrite() bool {
	return !strings.HasPrefix(c.route, http.MethodGet+" ") && !strings.HasPrefix(c.route, "POST /identity/") &&
		!strings.HasSuffix(c.route, "/public-keys")
}

func (c call) String() string {
	method, path, _ := strings.Cut(c.route, " /")
	path = strings.NewReplacer("api/", "", "identity/", "", "{", "", "}", "", "/", ".").Replace(path)
	return fmt.Sprintf("%s-%s-%d", method, path, c.n)
}

// phase is a run of the CLI and what it starts from.
type phase struct {
	name      string
	args      []string
	from      *moment
	variables string
	want      string // the world after it
	left      bool   // something is left, so that there can be a plan
	forgotten bool   // what is in the client was taken out of the state, on purpose
	calls     []call
}

func (p *phase) isPlan() bool { return p.args[0] == "plan" }

// walk is the whole of it.
type walk struct {
	*bench

	phases []*phase

	mu    sync.Mutex
	count map[[2]string]tally
}

// tally counts pairs of a phase and a kind.
type tally struct{ pairs, survived, unreached int }

const client = `module.client["foundry"]`

var (
	applyArgs   = []string{"apply", "-auto-approve", "-json"}
	planArgs    = []string{"plan", "-detailed-exitcode", "-json"}
	destroyArgs = []string{"destroy", "-auto-approve", "-json"}
	unlinkArgs  = append(slices.Clone(destroyArgs), `-target=`+client+`.bitwarden_client_organization.this`)
	// forgetArgs come before, as the guide says: what is in the client stays there.
	forgetArgs = []string{
		"state", "rm", client + ".bitwarden_member.this", client + ".bitwarden_member.owner",
		client + ".bitwarden_group.this", client + ".bitwarden_collection.this", "bitwarden_group.night",
		"bitwarden_member.nora", "bitwarden_group_membership.nora", "bitwarden_collection.rota",
		"bitwarden_collection_access.nora",
	}
)

// newWalk plays every phase once, without faults, and writes down what it asks the server for.
func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{bench: newBench(t), count: map[[2]string]tally{}}
	s := w.newStage(t, w.begin(t), "onboarded.tfvars")
	record := func(p *phase) {
		t.Helper()
		p.from = s.now(t)
		s.configure(t, p.variables)
		s.ResetRequests()
		s.succeeds(t, p.args...)
		counts := map[string]int{}
		for _, r := range s.Requests().List {
			counts[r.Route]++
			p.calls = append(p.calls, call{r.Route, counts[r.Route]})
		}
		if p.left {
			s.succeeds(t, planArgs...)
		}
		p.want = describe(s.objects(t))
		w.phases = append(w.phases, p)
	}
	const onboarded, handedOver = "onboarded.tfvars", "handed-over.tfvars"
	record(&phase{name: "apply", args: applyArgs, variables: onboarded, left: true})
	if _, err := s.AcceptInvitations(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
	record(&phase{name: "confirm", args: applyArgs, variables: onboarded, left: true})
	confirmed := s.now(t)
	record(&phase{name: "plan", args: planArgs, variables: onboarded, left: true})
	w.meddle(t, s)
	record(&phase{name: "update", args: applyArgs, variables: "changed.tfvars", left: true})
	s = w.newStage(t, confirmed, handedOver)
	s.succeeds(t, applyArgs...)
	s.succeeds(t, forgetArgs...)
	record(&phase{name: "unlink", args: unlinkArgs, variables: handedOver, forgotten: true})
	s = w.newStage(t, confirmed, onboarded)
	record(&phase{name: "destroy", args: destroyArgs, variables: onboarded})
	return w
}

// meddle deletes a Send behind Terraform's back. What the demo's admin in a hurry changes else, the update writes anyway.
func (w *walk) meddle(t *testing.T, s *stage) {
	t.Helper()
	admin := must(s.Person(t.Context(), adminEmail))(t)
	for _, o := range s.objects(t) {
		if strings.HasPrefix(o.text, "bitwarden_send Plan:") {
			if err := admin.Delete(t.Context(), "/sends/"+o.id, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestFaults lets one call fail, once, in one way, and looks at what becomes of the run and of the next ones. With
// FAULTS=all it lets every call of every phase fail in every way, else a part of them. What fails says how to repeat it.
func TestFaults(t *testing.T) {
	t.Parallel()
	all := os.Getenv("FAULTS") == "all"
	w := newWalk(t)
	chosen, seed := w.part(), uint64(1)
	if all {
		chosen, seed = w.whole(), uint64(time.Now().UnixNano())
	}
	if text := os.Getenv("FAULTS_SEED"); text != "" {
		seed = must(strconv.ParseUint(text, 10, 64))(t)
	}
	t.Logf("%d pairs of a call and a fault; FAULTS_SEED=%d", len(chosen), seed)
	t.Run("walk", func(t *testing.T) {
		t.Parallel()
		for _, c := range chosen {
			t.Run(fmt.Sprintf("%s/%s/%s", c.phase.name, c.call, c.kind.name), func(t *testing.T) {
				t.Parallel()
				w.pair(t, c)
			})
		}
	})
	t.Run("interrupts", func(t *testing.T) {
		t.Parallel()
		n := 2
		if all {
			n = 60
		}
		random := rand.New(rand.NewPCG(seed, 0))
		for i := range n {
			p := w.phases[random.IntN(len(w.phases))]
			after, wait := random.IntN(len(p.calls)), time.Duration(random.IntN(100))*time.Millisecond
			t.Run(fmt.Sprintf("%d/%s/%d-calls-and-%s", i, p.name, after, wait), func(t *testing.T) {
				t.Parallel()
				w.interrupt(t, p, after, wait,
					fmt.Sprintf("FAULTS=%s FAULTS_SEED=%d go test -run '^TestFaults$/^interrupts$/^%d$' ./internal/faults",
						os.Getenv("FAULTS"), seed, i))
			})
		}
	})
	t.Cleanup(func() { w.report(t) })
}

// pair is a call, in its phase, and how it fails.
type pair struct {
	phase *phase
	call  call
	kind  kind
}

// whole is every call with every fault that suits it. A read that repeats an earlier one of its phase takes the same way
// through the client: it gets one fault, each time another one.
func (w *walk) whole() (pairs []pair) {
	turn := 0
	for _, p := range w.phases {
		for _, c := range p.calls {
			suitable := suitableKinds(c)
			if c.n > 1 && !c.isWrite() {
				turn++
				suitable = suitable[turn%len(suitable):][:1]
			}
			for _, k := range suitable {
				pairs = append(pairs, pair{p, c, k})
			}
		}
	}
	return pairs
}

// part is every other route that writes, and some that read, whose failures are all the same to the client: each in one
// phase of those that ask for it, with one fault.
func (w *walk) part() (pairs []pair) {
	phases := map[string][]*phase{}
	for _, p := range w.phases {
		for _, c := range p.calls {
			if c.n == 1 {
				phases[c.route] = append(phases[c.route], p)
			}
		}
	}
	for turn, route := range slices.Sorted(maps.Keys(phases)) {
		c := call{route, 1}
		if turn%2 > 0 || !c.isWrite() && turn%3 > 0 {
			continue
		}
		suitable, n := suitableKinds(c), len(pairs)
		pairs = append(pairs, pair{phases[route][n%len(phases[route])], c, suitable[n%len(suitable)]})
	}
	return pairs
}

func suitableKinds(c call) []kind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k kind) bool {
		return k.writes && !c.isWrite() || k.outage && c.n > 1
	})
}

// interrupt presses Ctrl-C so long after the server has got so many calls.
func (w *walk) interrupt(t *testing.T, p *phase, after int, wait time.Duration, repeat string) {
	t.Helper()
	noWindows(t)
	s := w.newStage(t, p.from, p.variables)
	reached := func(r emulator.Requests) bool { return r.Total > after }
	meanwhile := func(ctx context.Context, cli *os.Process) {
		if s.await(ctx, reached) && pause(ctx, wait) {
			_ = cli.Signal(os.Interrupt) // it may be over
		}
	}
	w.survive(t, p, s, kind{name: randomly, interrupt: true}, meanwhile, reached, repeat)
}

// noWindows skips a test where no program can press Ctrl-C for another one.
func noWindows(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no program can press Ctrl-C for another one")
	}
}

// pair lets a call fail.
func (w *walk) pair(t *testing.T, one pair) {
	t.Helper()
	p, c, k := one.phase, one.call, one.kind
	if k.interrupt {
		noWindows(t)
	}
	s := w.newStage(t, p.from, p.variables)
	k.fault.Skip, k.fault.Times = c.n-1, 1
	if err := s.Fail(c.route, k.fault); err != nil {
		t.Fatal(err)
	}
	if k.outage {
		s.cutOff(t, c.route)
	}
	var meanwhile func(context.Context, *os.Process)
	reached := func(r emulator.Requests) bool { return r.Count(c.route) >= c.n }
	if k.interrupt {
		meanwhile = func(ctx context.Context, cli *os.Process) {
			if s.await(ctx, reached) {
				_ = cli.Signal(os.Interrupt) // it may be over
			}
		}
	}
	w.survive(t, p, s, k, meanwhile, reached,
		fmt.Sprintf("FAULTS=all go test -run '^TestFaults$/^walk$/^%s$/^%s$/^%s$' ./internal/faults", p.name, c, k.name))
}

// outageTime is longer than a call is repeated for.
const outageTime = 10 * time.Second

// cutOff lets nothing through for a while from the next request of a route on.
func (s *stage) cutOff(t *testing.T, route string) {
	t.Helper()
	err := s.Before(route, func() {
		for _, other := range s.Routes() {
			if err := s.Fail(other, emulator.Fault{Cut: emulator.CutBefore}); err != nil {
				t.Error(err)
			}
		}
		time.AfterFunc(outageTime, s.ClearFaults)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// survive runs the phase, which something happens to, and after it whatever it takes to reach what was wanted: one run
// at most. What is wrong is told once, with what the CLI printed and the command that repeats it.
func (w *walk) survive(
	t *testing.T, p *phase, s *stage, k kind, meanwhile func(context.Context, *os.Process),
	reached func(emulator.Requests) bool, repeat string,
) {
	t.Helper()
	run := s.run(t, meanwhile, p.args...)
	isReached := reached(s.Requests())
	s.ClearFaults()
	story := fmt.Sprintf("%s: status %d\n%s", run.command, run.code, run)
	wrong := s.judge(t, p, run, k.interrupt)
	if p.isPlan() && run.code == 2 {
		wrong = append(wrong, "the plan is not empty")
	}
	if run.code == 1 {
		again := s.run(t, nil, p.args...)
		story += fmt.Sprintf("again: status %d\n%s", again.code, again)
		if again.code != 0 {
			wrong = append(wrong, "the next run fails or is not empty")
		}
		wrong = append(wrong, s.judge(t, p, again, false)...)
	}
	if p.left && !p.isPlan() {
		if plan := s.run(t, nil, planArgs...); plan.code != 0 {
			wrong = append(wrong, "the plan after it fails or is not empty")
			story += fmt.Sprintf("plan: status %d\n%s", plan.code, plan)
		}
	}
	if got := describe(s.objects(t)); got != p.want {
		wrong = append(wrong, "the world is not as wanted:\n"+difference(got, p.want))
	}
	acctest.NoSecrets(t, s.path("trace.log"), w.admin, w.clientSecret, []string{"planted"}, nil)
	if len(wrong) > 0 {
		t.Errorf("%s\n%sRepeat it: %s", strings.Join(wrong, "\n"), story, repeat)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	counted := w.count[[2]string{p.name, k.name}]
	switch {
	case t.Failed():
		counted.pairs++
	case isReached:
		counted.pairs++
		counted.survived++
	default:
		counted.unreached++
	}
	w.count[[2]string{p.name, k.name}] = counted
}

// judge lists what is wrong with what a run printed and left behind.
func (s *stage) judge(t *testing.T, p *phase, run *outcome, interrupted bool) []string {
	t.Helper()
	wrong := run.complaints(interrupted)
	missing, err := lost(s.objects(t), s.state(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range missing {
		if p.forgotten && !strings.HasPrefix(text, "bitwarden_client_organization ") {
			continue
		}
		wrong = append(wrong, "on the server, but not in the state: "+text)
	}
	write(t, s.path("output"), run.output.Bytes())
	acctest.NoSecrets(t, s.path("output"), s.admin, s.clientSecret, []string{"planted"}, nil)
	return wrong
}

// await waits until the server has got some requests; false: the run was over before.
func (s *stage) await(ctx context.Context, got func(emulator.Requests) bool) bool {
	for !got(s.Requests()) {
		if !pause(ctx, 2*time.Millisecond) {
			return false
		}
	}
	return true
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// report prints how many pairs were survived, and how many calls did not come this time: what happens at the same time
// shares requests, more or fewer of them.
func (w *walk) report(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "survived\t")
	for _, p := range w.phases {
		fmt.Fprint(table, p.name+"\t")
	}
	fmt.Fprintln(table, "total\t")
	sum := tally{}
	for _, k := range append(slices.Clone(kinds), kind{name: randomly}) {
		row, cells := tally{}, k.name+"\t"
		for _, p := range w.phases {
			c := w.count[[2]string{p.name, k.name}]
			row = row.plus(c)
			cells = fmt.Sprintf("%s%d/%d\t", cells, c.survived, c.pairs)
		}
		fmt.Fprintf(table, "%s%d/%d\t\n", cells, row.survived, row.pairs)
		sum = sum.plus(row)
	}
	if err := table.Flush(); err != nil {
		t.Error(err)
	}
	t.Logf("survived %d of %d pairs of a call and a fault; %d calls did not come\n%s",
		sum.survived, sum.pairs, sum.unreached, b.String())
}

func (a tally) plus(b tally) tally {
	return tally{a.pairs + b.pairs, a.survived + b.survived, a.unreached + b.unreached}
}
