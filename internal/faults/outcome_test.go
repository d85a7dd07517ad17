// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// outcome is what became of a run of the CLI with -json.
type outcome struct {
	command string
	code    int
	output  bytes.Buffer
}

// message is a line of the CLI's output.
type message struct {
	Message    string `json:"@message"`
	Type       string `json:"type"`
	Diagnostic *struct {
		Severity string `json:"severity"`
		Summary  string `json:"summary"`
		Detail   string `json:"detail"`
		Address  string `json:"address"`
	} `json:"diagnostic"`
}

// messages are the lines of the output; what is no message comes as text.
func (o *outcome) messages() (found []message, other []string) {
	for line := range strings.Lines(o.output.String()) {
		var m message
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if json.Unmarshal([]byte(line), &m) != nil || m.Type == "" {
			other = append(other, line)
			continue
		}
		found = append(found, m)
	}
	return found, other
}

// String is the output as a person would want to read it.
func (o *outcome) String() string {
	var b strings.Builder
	found, other := o.messages()
	for _, m := range found {
		if m.Type == "planned_change" || m.Type == "version" || m.Type == "outputs" || m.Type == "apply_start" {
			continue
		}
		if d := m.Diagnostic; d != nil {
			if strings.HasPrefix(d.Summary, "Provider development overrides") {
				continue
			}
			fmt.Fprintf(&b, "  %s: %s: %s\n    %s\n", d.Severity, d.Address, d.Summary,
				strings.ReplaceAll(strings.TrimSpace(d.Detail), "\n", "\n    "))
			continue
		}
		fmt.Fprintf(&b, "  %s\n", m.Message)
	}
	for _, line := range other {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}

var (
	// unclear is what nobody should have to read.
	unclear = regexp.MustCompile(`(?i)panic|goroutine \d|inconsistent|report this|bug in the provider|did not respond|` +
		`unexpected end of JSON|invalid character|cannot unmarshal|0xc0|%!|<nil>|&?\w+\.\w+\{|map\[|nil pointer|` +
		`DATA RACE|unexpected EOF|stream error|PROTOCOL_ERROR|INTERNAL_ERROR`)
	// undone is how errors say what could not be done.
	undone = regexp.MustCompile(`^Could not [^:]{3,}$`)
	// remedy is a sentence that says what to do.
	remedy = regexp.MustCompile(`(^|[.;,:] )(Apply|Run|Check|Look|Set|Import|Wait|If|Raise|Lower|look|run|apply)\b.*`)
	// stopped are the CLI's own words for a run that somebody interrupted.
	stopped = regexp.MustCompile(`^(execution halted|operation canceled|Operation canceled|Plan canceled)`)
)

// complaints lists what is wrong with the output. With interrupted, the CLI says itself that it was.
func (o *outcome) complaints(interrupted bool) (found []string) {
	messages, other := o.messages()
	for _, line := range other {
		found = append(found, "a line that is no message: "+line)
	}
	errors := 0
	for _, m := range messages {
		d := m.Diagnostic
		if d == nil {
			continue
		}
		if word := unclear.FindString(d.Summary + "\n" + d.Detail); word != "" {
			found = append(found, fmt.Sprintf("%q in: %s: %s", word, d.Summary, d.Detail))
		}
		if d.Severity != "error" {
			continue
		}
		errors++
		if interrupted && (stopped.MatchString(d.Summary) || strings.Contains(d.Detail, "told to stop")) {
			continue
		}
		if !undone.MatchString(d.Summary) {
			found = append(found, "an error that does not say what could not be done: "+d.Summary)
		}
		if !remedy.MatchString(d.Detail) {
			found = append(found, "an error that does not say what to do: "+d.Detail)
		}
	}
	if o.code == 1 && errors == 0 {
		found = append(found, "it failed without an error")
	}
	return found
}
