// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Command schemajson prints the schema of the provider as "terraform providers schema -json" would, without a CLI.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/tools/schemajson/schema"
)

func main() {
	doc, err := schema.JSON(context.Background(), providerserver.NewProtocol6(provider.New("dev")())())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(string(doc))
}
