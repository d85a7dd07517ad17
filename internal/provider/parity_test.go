// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

// root is the folder of go.mod, seen from here.
const root = "../.."

// TestParity finds what is missing around a registered type: its file, its test, its examples, its page.
func TestParity(t *testing.T) {
	t.Parallel()
	protocol := acctest.NewProtocol(t)
	schemas := protocol.Schemas()
	for name := range schemas.ResourceSchemas {
		t.Run("resource "+name, func(t *testing.T) {
			t.Parallel()
			thing := strings.TrimPrefix(name, "bitwarden_")
			wantFile(t, "internal/service/*/"+thing+"_resource.go")
			wantFile(t, "internal/service/*/"+thing+"_resource_test.go")
			wantFile(t, "docs/resources/"+thing+".md")
			for _, example := range []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
				wantText(t, "examples/resources/"+name+"/"+example, name)
			}
			identity, ok := protocol.Identities()[name]
			if !ok {
				t.Fatal("the resource has no identity")
			}
			for _, attribute := range identity.IdentityAttributes {
				wantText(t, "examples/resources/"+name+"/import-by-identity.tf", attribute.Name+" ")
			}
		})
	}
	for name := range schemas.DataSourceSchemas {
		t.Run("data source "+name, func(t *testing.T) {
			t.Parallel()
			thing := strings.TrimPrefix(name, "bitwarden_")
			wantFile(t, "internal/service/*/"+thing+"_data_source.go")
			wantFile(t, "docs/data-sources/"+thing+".md")
			wantText(t, "examples/data-sources/"+name+"/data-source.tf", name)
		})
	}
	for name := range schemas.EphemeralResourceSchemas {
		t.Run("ephemeral resource "+name, func(t *testing.T) {
			t.Parallel()
			thing := strings.TrimPrefix(name, "bitwarden_")
			wantFile(t, "internal/service/*/"+thing+"_ephemeral.go")
			wantFile(t, "docs/ephemeral-resources/"+thing+".md")
			wantText(t, "examples/ephemeral-resources/"+name+"/ephemeral-resource.tf", name)
		})
	}
	for name := range schemas.ActionSchemas {
		t.Run("action "+name, func(t *testing.T) {
			t.Parallel()
			thing := strings.TrimPrefix(name, "bitwarden_")
			wantFile(t, "internal/service/*/"+thing+"_action.go")
			wantFile(t, "docs/actions/"+thing+".md")
			wantText(t, "examples/actions/"+name+"/action.tf", name)
		})
	}
	for name := range schemas.ListResourceSchemas {
		t.Run("list resource "+name, func(t *testing.T) {
			t.Parallel()
			thing := strings.TrimPrefix(name, "bitwarden_")
			wantFile(t, "internal/service/*/"+thing+"_list.go")
			wantFile(t, "docs/list-resources/"+thing+".md")
			wantText(t, "examples/list-resources/"+name+"/list-resource.tfquery.hcl", name)
		})
	}
}

// TestParity_registered finds files of resources, data sources, ephemeral resources, actions and lists, and examples,
// that nobody has registered.
func TestParity_registered(t *testing.T) {
	t.Parallel()
	schemas := acctest.NewProtocol(t).Schemas()
	registered := func(kind, thing string) bool {
		var ok bool
		switch kind {
		case "resource", "resources":
			_, ok = schemas.ResourceSchemas["bitwarden_"+thing]
		case "data_source", "data-sources":
			_, ok = schemas.DataSourceSchemas["bitwarden_"+thing]
		case "ephemeral", "ephemeral-resources":
			_, ok = schemas.EphemeralResourceSchemas["bitwarden_"+thing]
		case "action", "actions":
			_, ok = schemas.ActionSchemas["bitwarden_"+thing]
		case "list", "list-resources":
			_, ok = schemas.ListResourceSchemas["bitwarden_"+thing]
		}
		return ok
	}
	sources := glob(t, "internal/service/*/*.go")
	if len(sources) == 0 {
		t.Fatal("no sources found")
	}
	for _, file := range sources {
		match := regexp.MustCompile(`^(.+)_(resource|data_source|ephemeral|action|list)\.go$`).
			FindStringSubmatch(filepath.Base(file))
		if match != nil && !registered(match[2], match[1]) {
			t.Errorf("%s: bitwarden_%s is not registered", file, match[1])
		}
	}
	for _, kind := range []string{"resources", "data-sources", "ephemeral-resources", "actions", "list-resources"} {
		for _, folder := range glob(t, "examples/"+kind+"/*") {
			if thing := strings.TrimPrefix(filepath.Base(folder), "bitwarden_"); !registered(kind, thing) {
				t.Errorf("%s: bitwarden_%s is not registered", folder, thing)
			}
		}
	}
}

// TestParity_attributes: every schema and attribute has a description that is a sentence, and no secret comes out.
func TestParity_attributes(t *testing.T) {
	t.Parallel()
	schemas := acctest.NewProtocol(t).Schemas()
	checkBlock(t, "provider", schemas.Provider.Block)
	for name, schema := range schemas.EphemeralResourceSchemas {
		checkDescription(t, "ephemeral "+name, schema.Block.Description)
		for _, attribute := range schema.Block.Attributes { // secrets are what they are for
			checkDescription(t, "ephemeral "+name+" "+attribute.Name, attribute.Description)
		}
	}
	for name, action := range schemas.ActionSchemas {
		checkBlock(t, "action "+name, action.Schema.Block)
	}
	for kind, of := range map[string]map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas, "data source": schemas.DataSourceSchemas, "list": schemas.ListResourceSchemas,
	} {
		for name, schema := range of {
			checkBlock(t, kind+" "+name, schema.Block)
			for _, attribute := range schema.Block.Attributes {
				if _, ok := schemas.EphemeralResourceSchemas[name+"_"+attribute.Name]; isSecret(attribute) && !ok {
					t.Errorf("%s %s: a secret gets into the state, and no ephemeral resource offers it", name, attribute.Name)
				}
			}
		}
	}
}

func checkBlock(t *testing.T, where string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	checkDescription(t, where, block.Description)
	for _, attribute := range block.Attributes {
		checkDescription(t, where+" "+attribute.Name, attribute.Description)
		if attribute.NestedType != nil {
			checkAttributes(t, where+" "+attribute.Name, attribute.NestedType.Attributes)
		}
	}
	if len(block.BlockTypes) > 0 {
		t.Errorf("%s has blocks; nested attributes do the same and more", where)
	}
}

func checkAttributes(t *testing.T, where string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		at := where + " " + attribute.Name
		checkDescription(t, at, attribute.Description)
		if isSecret(attribute) {
			t.Errorf("%s: a secret would get into the state; offer it as an ephemeral resource", at)
		}
		if attribute.NestedType != nil {
			checkAttributes(t, at, attribute.NestedType.Attributes)
		}
	}
}

// isSecret tells whether a secret comes out of the provider: one that users put in is theirs.
func isSecret(attribute *tfprotov6.SchemaAttribute) bool {
	return attribute.Sensitive && attribute.Computed
}

func checkDescription(t *testing.T, where, description string) {
	t.Helper()
	if !strings.HasSuffix(description, ".") || strings.Contains(description, "..") {
		t.Errorf("%s: the description %q is no sentence", where, description)
	}
}

// TestParity_summaries reads the sources: a diagnostic's summary is short and has no colon.
func TestParity_summaries(t *testing.T) {
	t.Parallel()
	found := 0
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			summary, ok := summaryOf(call)
			if !ok {
				return true
			}
			found++
			if len([]rune(summary)) > 60 || strings.Contains(summary, ":") || strings.HasSuffix(summary, ".") {
				t.Errorf("%s: the summary %q is longer than 60 characters, or has a colon or a full stop", path, summary)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("found %d summaries only: the search is broken", found)
	}
}

// summaryOf returns the literal summary of a call that adds a diagnostic.
func summaryOf(call *ast.CallExpr) (string, bool) {
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	at, ok := map[string]int{
		"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1,
	}[function.Sel.Name]
	if !ok {
		return "", false
	}
	if receiver, ok := function.X.(*ast.Ident); ok && receiver.Name == "fw" {
		at = 1 // fw.AddError(diags, summary, err)
	}
	if len(call.Args) <= at {
		return "", false
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	summary, err := strconv.Unquote(literal.Value)
	return summary, err == nil
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantFile(t *testing.T, pattern string) {
	t.Helper()
	if files := glob(t, pattern); len(files) != 1 {
		t.Errorf("want one file %s, found %d", pattern, len(files))
	}
}

func wantText(t *testing.T, file, text string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		t.Error(err)
		return
	}
	if !strings.Contains(string(content), text) {
		t.Errorf("%s lacks %q", file, text)
	}
}
