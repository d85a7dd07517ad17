// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"fmt"
	"math"
)

// budget is the most, or the least, that a step of a fleet may take under any conditions.
type budget struct {
	fleet, step, what string
	least             bool
	limit             float64
	unit              string
	of                func(r result) float64
}

const itemList = "GET /api/ciphers/organization-details"

// budgets are promises for the full size.
func budgets() []budget {
	requests := func(r result) float64 { return float64(r.requests) }
	cpu := func(r result) float64 { return r.provider.CPU.Seconds() }
	memory := func(r result) float64 { return float64(r.provider.Memory) / 1e6 }
	refused := func(r result) float64 { return float64(r.refused) }
	return []budget{
		{fleet: "collections", step: stepPlan, what: "requests", limit: 6, of: requests},
		{
			fleet: "collections", step: stepPlan, what: "bytes", limit: 0.5, unit: " MB",
			of: func(r result) float64 { return float64(r.bytes) / 1e6 },
		},
		{fleet: "collections", step: stepPlan, what: "CPU", limit: 2.5, unit: " s", of: cpu},
		{fleet: "collections", step: stepApply, what: "requests", limit: 510, of: requests},
		{fleet: "clients", step: stepPlan, what: "requests", limit: float64(4*fullSize.clients + 5), of: requests},
		{
			fleet: "clients", step: stepPlan, what: "most in flight", limit: 8, least: true,
			of: func(r result) float64 { return float64(r.inFlight) },
		},
		{fleet: "clients", step: stepApply, what: "memory", limit: 150, unit: " MB", of: memory},
		{fleet: "clients", step: stepPlan, what: "memory", limit: 150, unit: " MB", of: memory},
		{fleet: "clients", step: stepDestroy, what: "memory", limit: 150, unit: " MB", of: memory},
		{
			fleet: "reports", step: stepPlan, what: "lists of items", limit: 1,
			of: func(r result) float64 { return float64(r.byRoute[itemList]) },
		},
		{fleet: "reports", step: stepPlan, what: "CPU", limit: 10, unit: " s", of: cpu},
		{fleet: "limits", step: stepApply, what: "refused requests", limit: 0, of: refused},
		{fleet: "limits", step: stepConfirm, what: "refused requests", limit: 0, of: refused},
		{fleet: "limits", step: stepDestroy, what: "refused requests", limit: 0, of: refused},
	}
}

// check finds the worst result. measured is false if the step was not measured.
func (b budget) check(results []result) (row []string, measured bool) {
	worst, label := 0.0, ""
	for _, r := range results {
		if r.fleet.name != b.fleet || r.step != b.step {
			continue
		}
		if got := b.of(r); !measured || (got > worst) != b.least {
			worst, label = got, r.label()
		}
		measured = true
	}
	word, verdict := "at most", "held"
	if b.least {
		word = "at least"
	}
	if worst != b.limit && (worst > b.limit) != b.least {
		verdict = "**missed**"
	}
	return []string{
		fmt.Sprintf("%s, %s: %s", b.fleet, label, b.what), fmt.Sprintf("%s %v%s", word, b.limit, b.unit),
		fmt.Sprintf("%v%s", math.Round(worst*100)/100, b.unit), verdict,
	}, measured
}
