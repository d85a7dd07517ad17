// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwplan"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

// IDAttribute is the computed id of a resource; the kind is the object's name in the description, such as "collection".
func IDAttribute(kind string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the " + kind + ".",
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// OrganizationIDAttribute picks the client that a resource belongs to; the kind is the object's name in the description.
func OrganizationIDAttribute(kind string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the client organization. Changing this forces a new " + kind + ".",
		Required:            true,
		Validators:          []validator.String{fwvalidate.UUID()},
		PlanModifiers: []planmodifier.String{
			stringplanmodifier.RequiresReplace(), fwplan.WarnUnknown("organization"),
		},
	}
}

// EndAttribute is the id of an object that a relation, such as a membership, is between.
func EndAttribute(description, relation string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description + " Changing this forces a new " + relation + ".",
		Required:            true,
		Validators:          []validator.String{fwvalidate.UUID()},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// AccessAttribute is an access list: permissions by id. The description ends with what null and empty mean and with the
// permission words.
func AccessAttribute(description string) schema.MapAttribute {
	words := Strings(bitwarden.CollectionPermissions)
	return schema.MapAttribute{
		MarkdownDescription: description + " Each permission is " + OneOf(words) +
			". Leave it out when it is managed elsewhere; an empty map means none.",
		Optional:    true,
		ElementType: types.StringType,
		Validators: []validator.Map{
			mapvalidator.KeysAre(fwvalidate.UUID()),
			mapvalidator.ValueStringsAre(stringvalidator.OneOf(words...)),
		},
	}
}

// IDSetAttribute is a set of ids. The description ends with what null and empty mean.
func IDSetAttribute(description string) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: description + " Leave it out when it is managed elsewhere; an empty set means none.",
		Optional:            true,
		ElementType:         types.StringType,
		Validators:          []validator.Set{setvalidator.ValueStringsAre(fwvalidate.UUID())},
	}
}

// IdentitySchema is an identity of the named ids, all needed for import.
func IdentitySchema(names ...string) identityschema.Schema {
	attributes := make(map[string]identityschema.Attribute, len(names))
	for _, name := range names {
		description := "Id of the object."
		switch name {
		case "organization_id":
			description = "Id of the client organization."
		case "provider_id":
			description = "Id of the provider."
		}
		attributes[name] = identityschema.StringAttribute{Description: description, RequiredForImport: true}
	}
	return identityschema.Schema{Attributes: attributes}
}

// OrganizationIdentity identifies an object of an organization; its schema is IdentitySchema("organization_id", "id").
type OrganizationIdentity struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	ID             types.String `tfsdk:"id"`
}

// WholeRow ends the description of a resource whose update makes the server write more than what changes.
func WholeRow(more string) string {
	return "\n\nAn update sends " + more + " back as read just before: what somebody else changes of it within this moment " +
		"is lost, as the guide *Drift and health* explains."
}

// OneOf lists words for a description: "one of `a`, `b` or `c`".
func OneOf(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return "`" + strings.Join(words, "") + "`"
	}
	return "one of `" + strings.Join(words[:last], "`, `") + "` or `" + words[last] + "`"
}
