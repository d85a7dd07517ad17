// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// recordedEnvironment is where the recorded server stood; its answers name these addresses.
var recordedEnvironment = emulator.Environment{
	CloudRegion: "US", Vault: "https://localhost:8080", API: "http://localhost:4000",
	Identity: "http://localhost:33656", Notifications: "http://localhost:61840", SSO: "http://localhost:51822",
	FillAssistRules: "http://localhost:1495",
}

// scenario is one file of recorded exchanges; testdata/contract/README.md tells the format.
type scenario struct {
	Name  string         `json:"scenario"`
	About string         `json:"about"`
	At    time.Time      `json:"at"`
	Flags map[string]any `json:"flags"`
	Steps []step         `json:"steps"`
}

type step struct {
	Note string `json:"note"`

	Actor     *string           `json:"actor"`
	Bearer    string            `json:"bearer"`
	Method    string            `json:"method"`
	Host      string            `json:"host"`
	Path      string            `json:"path"`
	Body      json.RawMessage   `json:"body"`
	Form      map[string]string `json:"form"`
	Raw       *string           `json:"raw"`
	Headers   map[string]string `json:"headers"`
	NoVersion bool              `json:"noVersion"`
	Ordered   bool              `json:"ordered"`
	Response  *response         `json:"response"`

	Mail *struct {
		To         string            `json:"to"`
		Subject    string            `json:"subject"`
		Link       string            `json:"link"`
		Parameters []string          `json:"parameters"`
		Binds      map[string]string `json:"binds"`
	} `json:"mail"`

	Staff  string          `json:"staff"`
	Params json.RawMessage `json:"params"`
	Binds  []string        `json:"binds"`
}

type response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
	Text    *string           `json:"text"`
}

// TestContract replays every scenario against a fresh emulator. With -v it tells how many there were.
func TestContract(t *testing.T) {
	t.Parallel()
	exceptions := readExceptions(t)
	files, err := filepath.Glob("testdata/contract/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	var mu sync.Mutex
	scenarios, steps, exchanges, excepted, failed := 0, 0, 0, 0, 0
	t.Cleanup(func() {
		t.Logf("%d scenarios of %d steps (%d of them exchanges) replayed: %d failures, %d exceptions",
			scenarios, steps, exchanges, failed, excepted)
	})
	for _, file := range files {
		s := readScenario(t, file)
		if len(s.Steps) == 0 {
			continue // people.json and keys.json
		}
		scenarios, steps, excepted = scenarios+1, steps+len(s.Steps), excepted+len(exceptions[s.Name])
		for _, step := range s.Steps {
			if step.Response != nil {
				exchanges++
			}
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			failures := replay(t, s, exceptions[s.Name])
			for _, failure := range failures {
				t.Error(failure)
			}
			mu.Lock()
			defer mu.Unlock()
			failed += len(failures)
		})
	}
	if excepted*50 > steps {
		t.Errorf("%d exceptions in %d steps: more than 2 %%", excepted, steps)
	}
}

func readScenario(t *testing.T, file string) scenario {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := scenario{}
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

// readExceptions reads testdata/contract-exceptions.txt: lines of scenario, step number and reason.
func readExceptions(t *testing.T) map[string]map[int]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/contract-exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	exceptions := map[string]map[int]string{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, number, reason := "", 0, ""
		if _, err := fmt.Sscanf(line, "%s %d", &name, &number); err != nil {
			t.Fatalf("contract-exceptions.txt: %q: %v", line, err)
		}
		if words := strings.Fields(line); len(words) > 2 {
			reason = strings.Join(words[2:], " ")
		}
		if reason == "" {
			t.Fatalf("contract-exceptions.txt: %q gives no reason", line)
		}
		if exceptions[name] == nil {
			exceptions[name] = map[int]string{}
		}
		exceptions[name][number] = reason
	}
	return exceptions
}

// replayer sends a scenario's requests to one emulator.
type replayer struct {
	base   string
	server *emulator.Server
	names  *names
	clock  time.Time
}

// later are notes that tell how much time had passed before a step.
var later = map[string]time.Duration{"a second and a half later": 1500 * time.Millisecond}

// eventDelay is how long audit events took to arrive. Whoever recorded waited where an answer shows some; the other
// answers are empty although something had happened.
const eventDelay = 5 * time.Second

func (s step) showsEvents() bool {
	path, _, _ := strings.Cut(s.Path, "?")
	return strings.HasSuffix(path, "/events") && bytes.Contains(s.Response.Body, []byte(`"ipAddress"`))
}

// replay runs a scenario and returns a text for every step that failed, and how many were excepted. A step listed as an
// exception must fail.
func replay(t *testing.T, s scenario, exceptions map[int]string) (failures []string) {
	t.Helper()
	server := emulator.NewServer(emulator.Options{
		Clock: s.At, Flags: s.Flags, Environment: recordedEnvironment, EventDelay: eventDelay,
	})
	listener := httptest.NewServer(server)
	defer listener.Close()
	r := &replayer{base: listener.URL, server: server, names: &names{values: map[string]any{}}, clock: s.At}
	for i, step := range s.Steps {
		err := r.step(t, step)
		if reason, excepted := exceptions[i]; excepted {
			if err == nil {
				failures = append(failures, fmt.Sprintf("step %d passes but is listed as an exception (%s)", i, reason))
			}
			continue
		}
		if err != nil {
			failures = append(failures, fmt.Sprintf("step %d%s\n%v", i, step.title(), indent(err.Error())))
		}
	}
	return failures
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ")
}

// title describes a step for people.
func (s step) title() string {
	note := ""
	if s.Note != "" {
		note = " (" + s.Note + ")"
	}
	switch {
	case s.Mail != nil:
		return ": mail to " + s.Mail.To + note
	case s.Staff != "":
		return ": staff " + s.Staff + note
	case s.Method != "":
		who := "anonymous"
		if s.Actor != nil {
			who = *s.Actor
		}
		return fmt.Sprintf(": %s %s /%s%s%s", who, s.Method, s.Host, s.Path, note)
	}
	return note
}

func (r *replayer) step(t *testing.T, s step) error {
	t.Helper()
	switch {
	case s.Mail != nil:
		return r.mail(t, s)
	case s.Staff != "":
		return r.staff(t, s)
	case s.Method != "":
		return r.exchange(t, s)
	}
	return nil // a note
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (r *replayer) send(
	t *testing.T, method, target, contentType string, body []byte, header http.Header,
) (answer, error) {
	t.Helper()
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, r.base+target, reader)
	if err != nil {
		return answer{}, err
	}
	maps.Copy(request.Header, header)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, got}, err
}

func (r *replayer) exchange(t *testing.T, s step) error {
	t.Helper()
	if s.Headers["X-Connecting-IP"] != "" {
		// The limiter counts per second: time must pass as it did, however slow this machine is.
		r.clock = r.clock.Add(10*time.Millisecond + later[s.Note])
		r.server.SetClock(r.clock)
	}
	if s.showsEvents() {
		r.server.Advance(eventDelay)
	}
	r.bindCaller(s)
	path, err := r.names.fill(s.Path, url.QueryEscape)
	if err != nil {
		return err
	}
	header := http.Header{"Bitwarden-Client-Name": {"cli"}, "Device-Type": {"25"}}
	if !s.NoVersion {
		header.Set("Bitwarden-Client-Version", "2026.9.0")
	}
	for name, value := range s.Headers {
		header.Set(name, value)
	}
	if s.Bearer != "" {
		token, err := r.names.fill(s.Bearer, func(v string) string { return v })
		if err != nil {
			return err
		}
		header.Set("Authorization", "Bearer "+token)
	}
	contentType, body, err := r.requestBody(s)
	if err != nil {
		return err
	}
	got, err := r.send(t, s.Method, "/"+s.Host+path, contentType, body, header)
	if err != nil {
		return err
	}
	if problems := r.compare(s, got); problems != nil {
		problems = append(problems, "request: "+shorten(string(body)),
			fmt.Sprintf("answer:  %d %s", got.status, shorten(string(got.body))))
		return errors.New(strings.Join(problems, "\n"))
	}
	return nil
}

// bindCaller binds the id of the one who speaks, if his own request needs it before an answer told it: clients read it
// from their token.
func (r *replayer) bindCaller(s step) {
	if s.Actor == nil || !strings.Contains(s.Path, "{{"+*s.Actor+".id}}") || r.names.values[*s.Actor+".id"] != nil {
		return
	}
	token, _ := r.names.values[strings.Trim(s.Bearer, "{}")].(string)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return
	}
	claims := struct{ Sub string }{}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil && json.Unmarshal(payload, &claims) == nil {
		r.names.bind(*s.Actor+".id", claims.Sub)
	}
}

func (r *replayer) requestBody(s step) (contentType string, body []byte, err error) {
	switch {
	case s.Raw != nil:
		filled, err := r.names.fill(*s.Raw, func(v string) string { return v })
		return "application/json", []byte(filled), err
	case s.Form != nil:
		form := url.Values{}
		for name, value := range s.Form {
			filled, err := r.names.fill(value, func(v string) string { return v })
			if err != nil {
				return "", nil, err
			}
			form.Set(name, filled)
		}
		return "application/x-www-form-urlencoded", []byte(form.Encode()), nil
	case s.Body != nil:
		tree, err := parse(s.Body)
		if err != nil {
			return "", nil, err
		}
		if tree, err = r.names.fillTree(tree); err != nil {
			return "", nil, err
		}
		body, err = json.Marshal(tree)
		return "application/json", body, err
	}
	return "", nil, nil
}

// parse reads JSON with its numbers as they are written.
func parse(raw []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("more than one JSON value")
	}
	return tree, nil
}

// compare returns what is wrong with an answer, a line per place.
func (r *replayer) compare(s step, got answer) []string {
	var lines []string
	want := s.Response
	if got.status != want.Status {
		lines = append(lines, fmt.Sprintf("status: want %d, got %d", want.Status, got.status))
	}
	m := &matcher{names: r.names, ordered: s.Ordered}
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		lines = append(lines, m.differences("header "+name, want.Headers[name], got.header.Get(name))...)
	}
	switch {
	case want.Text != nil:
		lines = append(lines, m.differences("text", *want.Text, string(got.body))...)
	case want.Body != nil:
		wantTree, err := parse(want.Body)
		if err != nil {
			return append(lines, err.Error())
		}
		gotTree, err := parse(got.body)
		if err != nil {
			return append(lines, fmt.Sprintf("body: no JSON (%v), want %s", err, m.show(wantTree)))
		}
		lines = append(lines, r.compareTrees(m, wantTree, gotTree)...)
	case len(got.body) > 0:
		lines = append(lines, "body: want none, got "+shorten(string(got.body)))
	}
	return lines
}

func (r *replayer) compareTrees(m *matcher, want, got any) []string {
	mark := r.names.mark()
	if m.match(want, got, func() bool { return true }) {
		return nil
	}
	r.names.undo(mark)
	if m.tries > maxTries {
		return []string{"body: no assignment found within the limit of tries"}
	}
	// What fits is bound in spite of the difference, so that later steps can go on.
	lines := m.differences("$", want, got)
	if lines == nil {
		lines = []string{"body: every part fits alone, but not all with the same names"}
	}
	return lines
}

// mail binds the parameters of the newest mailed link.
func (r *replayer) mail(t *testing.T, s step) error {
	t.Helper()
	to, err := r.names.fill(s.Mail.To, func(v string) string { return v })
	if err != nil {
		return err
	}
	got, err := r.send(t, http.MethodGet, "/_emulator/mails?to="+url.QueryEscape(to), "", nil, nil)
	if err != nil {
		return err
	}
	var mails []emulator.Mail
	if err := json.Unmarshal(got.body, &mails); err != nil {
		return err
	}
	for _, mail := range slices.Backward(mails) {
		link, parameters := mail.Link(s.Mail.Link)
		if link == "" {
			continue
		}
		if mail.Subject != s.Mail.Subject {
			return fmt.Errorf("subject: want %q, got %q", s.Mail.Subject, mail.Subject)
		}
		if want := slices.Sorted(
			slices.Values(s.Mail.Parameters),
		); !slices.Equal(
			want,
			slices.Sorted(maps.Keys(parameters)),
		) {
			return fmt.Errorf("parameters: want %v, got %v", want, slices.Sorted(maps.Keys(parameters)))
		}
		for parameter, name := range s.Mail.Binds {
			value := parameters.Get(parameter)
			if bound, ok := r.names.values[name]; ok && bound != value {
				return fmt.Errorf("parameter %s: want {{%s}} = %v, got %s", parameter, name, bound, value)
			}
			r.names.bind(name, value)
		}
		return nil
	}
	return fmt.Errorf("no mail with a link %q among %d", s.Mail.Link, len(mails))
}

// staff does what Bitwarden's staff did.
func (r *replayer) staff(t *testing.T, s step) error {
	t.Helper()
	if s.Staff != "create-provider" {
		return fmt.Errorf("unknown staff action %q", s.Staff)
	}
	got, err := r.send(t, http.MethodPost, "/_emulator/staff/providers", "application/json", s.Params, nil)
	if err != nil {
		return err
	}
	made := map[string]string{}
	if err := json.Unmarshal(got.body, &made); err != nil || got.status != http.StatusOK {
		return fmt.Errorf("staff: %d %s", got.status, got.body)
	}
	values := []string{made["providerId"], made["token"]}
	for i, name := range s.Binds {
		r.names.bind(name, values[i])
	}
	return nil
}
