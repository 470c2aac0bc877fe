import type { ProgramRecipe } from './program.js'

/** The programs with a version of their own. A new version: here, and in the go.mod of its folder. */
export const recipes = {
  nomad: {
    name: 'nomad',
    version: '1.11.3',
    accepts: '>=1.11.0 <2',
    source: { folder: 'nomad', program: 'github.com/hashicorp/nomad', name: 'nomad', version: '1.11.3' },
  },
  consul: {
    name: 'consul',
    version: '1.22.7',
    accepts: '>=1.21.0 <2',
    source: { folder: 'consul', program: 'github.com/hashicorp/consul', name: 'consul', version: '1.22.7' },
  },
  terraform: {
    name: 'terraform',
    version: '1.14.0',
    accepts: '>=1.9.0 <2',
    alternatives: { tofu: '>=1.8.0 <2' },
    // Terraform's module needs parts of its own repository that no module proxy has; OpenTofu's doesn't.
    source: {
      folder: 'opentofu',
      program: 'github.com/opentofu/opentofu/cmd/tofu',
      name: 'tofu',
      version: '1.12.6',
    },
  },
} as const satisfies Record<string, ProgramRecipe>
