// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

func TestOverdue(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	fiveDays := timetypes.NewGoDurationValue(120 * time.Hour)
	for name, test := range map[string]struct {
		invitedAt types.String
		after     timetypes.GoDuration
		want      bool
	}{
		"too long ago":       {fw.Timestamp(now.Add(-121 * time.Hour)), fiveDays, true},
		"not so long ago":    {fw.Timestamp(now.Add(-119 * time.Hour)), fiveDays, false},
		"nobody knows when":  {fw.Timestamp(time.Time{}), fiveDays, true},
		"not planned yet":    {types.StringUnknown(), fiveDays, false},
		"never":              {fw.Timestamp(now.Add(-time.Hour * 9999)), timetypes.NewGoDurationNull(), false},
		"not known how long": {fw.Timestamp(now.Add(-time.Hour * 9999)), timetypes.NewGoDurationUnknown(), false},
	} {
		if got := fw.Overdue(test.invitedAt, test.after, now); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
