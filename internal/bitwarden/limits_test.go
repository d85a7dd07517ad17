// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// wire takes requests to a server without a network, so that minutes pass in no time within a bubble.
type wire struct {
	server  *emulator.Running
	latency time.Duration // each way
}

func (w wire) RoundTrip(request *http.Request) (*http.Response, error) {
	time.Sleep(w.latency) //nolint:forbidigo // The time of a bubble.
	request = request.Clone(request.Context())
	request.RemoteAddr = "192.0.2.1:443"
	if request.Body == nil {
		request.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, request)
	time.Sleep(w.latency) //nolint:forbidigo // The time of a bubble.
	return recorder.Result(), nil
}

// limited is a world whose server limits requests as the cloud does.
func limited(t *testing.T, seats int) *world {
	t.Helper()
	w := &world{server: emulator.New(t, emulator.Options{RateLimits: true})}
	w.msp = w.server.NewMSP(t)
	w.org = w.msp.NewClient(t, emulator.ClientOptions{Seats: seats})
	id, secret := w.msp.Credentials(t)
	w.config = bitwarden.Config{
		Server: w.server.URL(), ClientID: id, ClientSecret: bitwarden.NewSecret(secret),
		MasterPassword: bitwarden.NewSecret(emulator.Password), MaxConcurrentRequests: 50,
	}
	w.server.ResetRequests()
	return w
}

// processes are clients of a limited world, in so many processes with so many clients each.
func (w *world) processes(t *testing.T, processes, clientsOfEach int) []*bitwarden.Client {
	t.Helper()
	var all []*bitwarden.Client
	for range processes {
		paces := bitwarden.NewPaces()
		for range clientsOfEach {
			c, err := bitwarden.New(w.config)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c.Through(wire{w.server, 25 * time.Millisecond}, paces))
		}
	}
	return all
}

// refusals counts the answers 429.
func (w *world) refusals() (n int) {
	for _, request := range w.server.Requests().List {
		if request.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

// inParallel calls do for 0 to n-1, so many at a time, and returns what failed.
func inParallel(n, atATime int, do func(i int) error) error {
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed error
	)
	slots := make(chan struct{}, atATime)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			err := do(i)
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, err)
		})
	}
	wg.Wait()
	return failed
}

// TestLimits_threeHundredMembers invites them under the genuine limits: as Terraform does by default and with more at a
// time, by one client, by two of a process, which know what the other one sends, and by processes behind one address,
// which learn it from refusals. Nothing fails.
func TestLimits_threeHundredMembers(t *testing.T) {
	t.Parallel()
	const people, perMinute = 300, 5
	for name, test := range map[string]struct {
		processes, clients, atATime, roles int
		calls, refusals                    int           // at most
		pause                              time.Duration // before the next one
	}{
		"ten at a time":               {1, 1, 10, 1, 33, 0, 0},
		"fifty at a time":             {1, 1, 50, 1, 18, 0, 0},
		"ten, of three roles":         {1, 1, 10, 3, 80, 0, 0},
		"fifty, of three roles":       {1, 1, 50, 3, 24, 0, 0},
		"fifty, on a slow machine":    {1, 1, 50, 1, 18, 0, 400 * time.Millisecond},
		"two clients of a process":    {1, 2, 50, 1, 22, 0, 0},
		"two processes, one address":  {2, 1, 50, 1, 22, 30, 0},
		"five processes, one address": {5, 1, 50, 1, 40, 80, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, now := limited(t, people+1), time.Now()
			synctest.Test(t, func(t *testing.T) {
				w.server.SetClock(now)
				clients, began := w.processes(t, test.processes, test.clients), time.Now()
				roles := []bitwarden.Role{bitwarden.RoleUser, bitwarden.RoleAdmin, bitwarden.RoleOwner}
				err := inParallel(people, test.atATime, func(i int) error {
					time.Sleep(test.pause * time.Duration(i%7)) //nolint:forbidigo // The time of a bubble.
					_, err := clients[i%len(clients)].InviteMember(t.Context(), w.org.ID, bitwarden.NewMember{
						Email: fmt.Sprintf("person%d@client.example", i), Role: roles[i/len(clients)%test.roles],
					})
					return err
				})
				if err != nil {
					t.Error(err)
				}
				took, refusals := time.Since(began), w.refusals()
				calls := w.count(inviteRoute) - refusals
				t.Logf("%d calls and %d refusals in %s", calls, refusals, took)
				if calls > test.calls || refusals > test.refusals {
					t.Errorf("want at most %d calls and %d refusals", test.calls, test.refusals)
				}
				minutes := time.Duration((calls-1)/perMinute) * time.Minute
				if took < minutes || took > minutes+10*time.Second {
					t.Errorf("want %s and a little", minutes)
				}
				members, err := w.processes(t, 1, 1)[0].Members(t.Context(), w.org.ID)
				if err != nil || len(members) != people+1 {
					t.Errorf("%d members: %v", len(members), err)
				}
			})
		})
	}
}

// TestLimits_interrupted sends nothing more for those who are told to stop while they wait, and leaves nobody behind.
func TestLimits_interrupted(t *testing.T) {
	t.Parallel()
	w, now := limited(t, 0), time.Now()
	synctest.Test(t, func(t *testing.T) {
		w.server.SetClock(now)
		c, began := w.processes(t, 1, 1)[0], time.Now()
		invite := func(ctx context.Context, i int) error {
			_, err := c.InviteMember(ctx, w.org.ID, bitwarden.NewMember{
				Email: fmt.Sprintf("person%d@client.example", i), Role: bitwarden.RoleUser,
			})
			return err
		}
		for i := range 5 {
			if err := invite(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		err := inParallel(3, 3, func(i int) error { return invite(ctx, 5+i) })
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "which changed nothing") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took > 40*time.Second || w.count(inviteRoute) != 5 {
			t.Errorf("%d calls in %s", w.count(inviteRoute), took)
		}
	})
}

// TestLimits_usedUpByOthers sees that another process behind the same address leaves less, before anything is refused.
func TestLimits_usedUpByOthers(t *testing.T) {
	t.Parallel()
	w, now := limited(t, 0), time.Now()
	synctest.Test(t, func(t *testing.T) {
		w.server.SetClock(now)
		processes, began := w.processes(t, 2, 1), time.Now()
		for i := range 70 {
			process := processes[i/50]
			if i == 50 {
				time.Sleep(time.Second) //nolint:forbidigo // What somebody sent within the same second shows nowhere.
			}
			if _, err := process.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: strconv.Itoa(i)}); err != nil {
				t.Fatal(err)
			}
		}
		if refusals := w.refusals(); refusals > 0 {
			t.Errorf("%d refusals", refusals)
		}
		if took := time.Since(began); took < time.Minute || took > 70*time.Second {
			t.Errorf("took %s, want a minute and a little", took)
		}
	})
}

// TestLimits_ofTheDay are an error at once, since nobody waits for tomorrow.
func TestLimits_ofTheDay(t *testing.T) {
	t.Parallel()
	w, now := limited(t, 0), time.Now()
	synctest.Test(t, func(t *testing.T) {
		w.server.SetClock(now)
		for range 300 { // Also what the server refuses for another reason.
			w.server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(
				t.Context(), http.MethodPost, "/api/organizations/"+w.org.ID+"/users/invite", http.NoBody))
			time.Sleep(13 * time.Second) //nolint:forbidigo // The time of a bubble.
		}
		began := time.Now()
		_, err := w.processes(t, 1, 1)[0].InviteMember(t.Context(), w.org.ID, bitwarden.NewMember{
			Email: "sue@client.example", Role: bitwarden.RoleUser,
		})
		refused, ok := errors.AsType[*bitwarden.Error](err)
		if !ok || refused.Status != http.StatusTooManyRequests || refused.RetryAfter < 22*time.Hour {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took > 5*time.Second || w.refusals() != 1 {
			t.Errorf("%d refusals in %s", w.refusals(), took)
		}
	})
}
