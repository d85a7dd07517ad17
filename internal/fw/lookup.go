// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

// OnlyID returns the id of the only object of its kind, such as "collection", that has an attribute's value in an
// organization; ids are those of all objects that have it. Names of other objects stay out of the error: they are
// encrypted for a reason.
func OnlyID(kind, organizationID, attribute, value string, ids []string) (string, error) {
	switch len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		return "", &bitwarden.InputError{
			Field:  attribute,
			Reason: fmt.Sprintf("no %s has the %s %q in organization %s", kind, attribute, value, organizationID),
			Remedy: fmt.Sprintf("The data source bitwarden_%ss lists what there is", kind),
		}
	default:
		return "", LookupError(kind, attribute, value, ids, nil)
	}
}

// LookupAttributes are the attributes of a data source that finds one object of an organization: attributes are what it
// shows of the object, and by one of those with the names it is found. The kind is the object's name, such as "group".
func LookupAttributes(
	kind string, attributes map[string]schema.Attribute, names ...string,
) map[string]schema.Attribute {
	all := maps.Clone(attributes)
	all["organization_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the client organization.",
		Required:            true,
		Validators:          []validator.String{fwvalidate.UUID()},
	}
	for _, name := range names {
		attribute := schema.StringAttribute{
			MarkdownDescription: fmt.Sprintf("%s Look the %s up by exactly %s.",
				attributes[name].GetMarkdownDescription(), kind, OneOf(names)),
			Optional: true,
			Computed: true,
		}
		// Empty is what many objects have that have none.
		attribute.Validators = []validator.String{stringvalidator.LengthAtLeast(1)}
		if name == "id" {
			attribute.Validators = []validator.String{fwvalidate.UUID()}
		}
		all[name] = attribute
	}
	return all
}

// LookupValidators want exactly one of the named attributes.
func LookupValidators(names ...string) []datasource.ConfigValidator {
	var expressions []path.Expression
	for _, name := range names {
		expressions = append(expressions, path.MatchRoot(name))
	}
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(expressions...)}
}

// LookedUp returns the attribute that is set in a configuration, and its value.
func LookedUp(attributes map[string]types.String) (name, value string) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if !attributes[name].IsNull() {
			return name, attributes[name].ValueString()
		}
	}
	return "", ""
}

// WarnUnmanaged warns when the plan takes one of the named attributes out of management: Terraform then shows all of
// its elements as removed, but nothing changes on the server. It is silent when the plan replaces the object.
func WarnUnmanaged(req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, names ...string) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || len(resp.RequiresReplace) > 0 ||
		!attribute(req.State.Raw, "organization_id").Equal(attribute(req.Plan.Raw, "organization_id")) {
		return
	}
	for _, name := range names {
		if !attribute(req.State.Raw, name).IsNull() && attribute(req.Plan.Raw, name).IsNull() {
			resp.Diagnostics.AddAttributeWarning(path.Root(name), "Attribute is no longer managed here", fmt.Sprintf(
				"The configuration has no %s any more. Nothing is removed on the server; Terraform only stops looking after "+
					"it. An empty value removes all.", name))
		}
	}
}

func attribute(object tftypes.Value, name string) tftypes.Value {
	var attributes map[string]tftypes.Value
	_ = object.As(&attributes) // It fails for what is no object, and that has no attributes.
	return attributes[name]
}
