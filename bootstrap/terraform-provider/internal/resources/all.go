// Package resources holds the resources that are a plain object of Nomad's API each: written, read, deleted.
package resources

import "github.com/hashicorp/terraform-plugin-framework/resource"

// All lists the resources of this package.
func All() []func() resource.Resource {
	return []func() resource.Resource{newVariable, newVolume, newACLPolicy, newACLRole, newNamespace, newNodePool}
}
