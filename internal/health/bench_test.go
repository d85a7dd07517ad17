// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package health_test

import (
	"fmt"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

// BenchmarkReports computes all reports but the exposed passwords for a client of 20,000 items, of which every fifth
// has a password of its owner's making. The budget, together with BenchmarkItems of package bitwarden, is 10 s of CPU.
func BenchmarkReports(b *testing.B) {
	directory, err := health.ParseDirectory([]byte(sites))
	if err != nil {
		b.Fatal(err)
	}
	items := make([]health.Item, 20_000)
	for i := range items {
		password := fmt.Sprintf("vG7#qp0!%dz-wTf92Lm", i)
		if i%5 == 0 {
			password = fmt.Sprintf("Summer%d!", 1990+i%40)
		}
		items[i] = health.Item{
			ID: strconv.Itoa(i), IsLogin: true, Username: fmt.Sprintf("user.%d@client.example", i), Password: password,
			URIs: []string{fmt.Sprintf("https://login.site%d.example/", i%500)},
		}
	}
	estimator := zxcvbn.New(2026)
	began := cpuSeconds(b)
	for b.Loop() {
		scores, err := health.Scores(b.Context(), items, estimator)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(health.Weak(items, scores))), "weak")
		b.ReportMetric(float64(len(health.Reused(items))), "reused")
		b.ReportMetric(float64(len(health.Unsecured(items))+len(directory.Inactive(items))), "others")
	}
	b.ReportMetric((cpuSeconds(b)-began)/float64(b.N), "cpu-s/op")
}

// cpuSeconds is the CPU time of this process so far.
func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}
