// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// String is the conditions in words.
func (c conditions) String() string {
	text := fmt.Sprintf("%d ms, -parallelism=%d", c.latency.Milliseconds(), c.parallelism)
	if c.limited {
		text += ", limits"
	}
	return text
}

// String is the result for those who wait.
func (r result) String() string {
	return fmt.Sprintf(
		"%-28s %-26s %5d requests %8s %3d in flight  provider %6.2f s CPU %4d MB  CLI %6.2f s CPU  %6.1f s %s",
		r.label(),
		r.under,
		r.requests,
		kilobytes(r.bytes),
		r.inFlight,
		r.provider.CPU.Seconds(),
		megabytes(r.provider.Memory),
		r.cli.Seconds(),
		r.wall.Seconds(),
		r.ratio(),
	)
}

func (r result) label() string {
	if r.about == "" {
		return r.step
	}
	return r.step + ", " + r.about
}

// ratio compares the wall time with that of resources that do nothing.
func (r result) ratio() string {
	if r.reference == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f ×", r.wall.Seconds()/r.reference.Seconds())
}

func kilobytes(n int64) string { return fmt.Sprintf("%.1f kB", float64(n)/1000) }

func megabytes(n int64) int64 { return n / 1_000_000 }

// report is the page that is committed.
func report(heading string, results []result) string {
	var page strings.Builder
	page.WriteString(heading)
	page.WriteString("\n## Budgets\n\n")
	rows := [][]string{{"Budget", "Limit", "Measured", ""}}
	for _, b := range budgets() {
		if row, measured := b.check(results); measured {
			rows = append(rows, row)
		}
	}
	page.WriteString(table(rows))
	for i, r := range results {
		if i == 0 || r.fleet != results[i-1].fleet {
			fmt.Fprintf(&page, "\n## %s\n\n", strings.ToUpper(r.fleet.about[:1])+r.fleet.about[1:])
			rows = [][]string{{
				"Step", "Latency", "Parallelism", "Requests", "Bytes", "In flight", "CPU provider", "Memory provider",
				"CPU CLI", "Wall", "Ratio",
			}}
		}
		rows = append(rows, []string{
			r.label(), fmt.Sprintf("%d ms", r.under.latency.Milliseconds()), strconv.Itoa(r.under.parallelism),
			strconv.Itoa(r.requests), kilobytes(r.bytes), strconv.Itoa(r.inFlight),
			fmt.Sprintf("%.2f s", r.provider.CPU.Seconds()), fmt.Sprintf("%d MB", megabytes(r.provider.Memory)),
			fmt.Sprintf("%.2f s", r.cli.Seconds()), fmt.Sprintf("%.1f s", r.wall.Seconds()), r.ratio(),
		})
		if i == len(results)-1 || r.fleet != results[i+1].fleet {
			page.WriteString(table(rows))
		}
	}
	return page.String()
}

// table is Markdown whose columns line up.
func table(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(&text, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		text.WriteString("|\n")
		if n > 0 {
			continue
		}
		for _, width := range widths {
			fmt.Fprintf(&text, "| %s ", strings.Repeat("-", max(3, width)))
		}
		text.WriteString("|\n")
	}
	return text.String()
}

// describeMachine is the head of the page.
func describeMachine(ctx context.Context, cli, version string) (string, error) {
	out, err := exec.CommandContext(ctx, cli, "version").Output()
	if err != nil {
		return "", fmt.Errorf("the CLI %q (variable TF) does not run: %w", cli, err)
	}
	program, _, _ := strings.Cut(string(out), "\n")
	machine := fmt.Sprintf("%d cores (%s), %s of memory, load %s before the start",
		runtime.NumCPU(), field("/proc/cpuinfo", "model name"), memorySize(), load())
	return fmt.Sprintf("# What the provider costs\n\nWritten by `make bench` on %s: %s. Provider %s, %s, %s.\n%s",
		time.Now().UTC().Format(time.DateOnly), machine, version, program, runtime.Version(), explanation), nil
}

const explanation = `
* Provider and CLI are the genuine ones, the server is the emulator of this repository, on the same machine. Latency is what
  each request waits before it is looked at.
* Requests and what is in flight are counted by the emulator; bytes are those on the wire in both directions, headers and
  TLS included. Nothing is compressed.
* CPU is user and system time of all processes together that the CLI starts for one command (Terraform starts the
  provider anew to read its schema, to validate, to plan and to apply); memory is the largest resident set of any of them.
* Wall time depends on the machine and on what else it does. The ratio compares it with the same command over as many
  ` + "`terraform_data`" + ` resources, run just before.
* Of the hundred clients, some are applied and destroyed, because the CLI itself takes time with the square of the
  resources: Terraform 1.11 needs 14 s of CPU to apply 810 resources that do nothing, 48 s for 1,620, and has not
  finished 8,100 after 8 minutes. All hundred are planned: the others are made on the server, and the state grows by what
  applying them would have written, which an empty plan proves.
* Policies are not in the fleets: they are no resources yet. Data breaches are not among the reports: the server is asked
  for one address in two seconds.
`

// field is a value that Linux tells about the machine.
func field(file, name string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return unknown
	}
	for line := range strings.Lines(string(content)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return unknown
}

// unknown is what other systems than Linux do not tell so easily.
const unknown = "unknown"

func memorySize() string {
	var kibibytes int64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kibibytes); err != nil {
		return unknown
	}
	return fmt.Sprintf("%d GB", kibibytes*1024/1_000_000_000)
}

// load is how many processes wanted to run in the last minute.
func load() string {
	content, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return unknown
	}
	average, _, _ := strings.Cut(string(content), " ")
	return average
}
