// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import "testing"

// Logs that somebody asked for are written.
func TestQuiet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment []string
		quiet       bool
	}{
		"nobody asks for logs":             {[]string{"HOME=/root", "TF_INPUT=0"}, true},
		"logs of everything":               {[]string{"HOME=/root", "TF_LOG=DEBUG"}, false},
		"logs of providers only":           {[]string{"TF_LOG_PROVIDER=TRACE"}, false},
		"logs of the SDK at a level":       {[]string{"TF_LOG_SDK_FRAMEWORK=TRACE"}, false},
		"logs of the protocol to a folder": {[]string{"TF_LOG_SDK_PROTO_DATA_DIR=data"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := quiet(test.environment); (len(got) > 0) != test.quiet {
				t.Errorf("got %v", got)
			}
		})
	}
}
