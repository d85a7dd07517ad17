// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"slices"
	"strings"
)

// quietSDK lets the SDK log nothing but errors if the CLI would show nothing of it, since no variable TF_LOG… is set. The
// SDK writes a dozen lines for every call of the CLI, which drops them unread: a third of all CPU time of a plan.
func quietSDK() error {
	for _, name := range quiet(os.Environ()) {
		if err := os.Setenv(name, "ERROR"); err != nil {
			return err
		}
	}
	return nil
}

// quiet are the variables that limit the SDK's logs, none if somebody asks for logs.
func quiet(environment []string) []string {
	if slices.ContainsFunc(environment, func(variable string) bool { return strings.HasPrefix(variable, "TF_LOG") }) {
		return nil
	}
	return []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"}
}
