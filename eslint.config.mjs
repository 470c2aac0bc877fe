import js from '@eslint/js'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

const rooms = [
  'nomad',
  'engine',
  'jobs',
  'stacks',
  'scheduler',
  'mysql-agent',
  'webapp',
  'analysis',
  'images',
  'bootstrap',
  'examples',
]

/** Who may import whom (docs/decisions/01-rooms.md): every pair of rooms that is not listed here is forbidden. */
const mayImport = {
  nomad: [],
  engine: [],
  jobs: ['nomad'],
  stacks: ['jobs', 'nomad', 'scheduler'],
  scheduler: ['nomad', 'engine'],
  'mysql-agent': [],
  webapp: [],
  analysis: [],
  images: [],
  bootstrap: [],
  examples: ['nomad'],
}

const zones = rooms.flatMap((room) =>
  rooms
    .filter((other) => other !== room && !mayImport[room].includes(other))
    .map((other) => ({ target: `./${room}`, from: `./${other}`, message: `${room} must not import ${other}` })),
)

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/dist',
      'cdktf.out',
      'artifacts',
      'nomad/spec/generated',
      'docs/reference',
      'engine/artifacts',
      '**/*.d.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ alwaysTryTypes: true })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['warn', { max: 400, skipBlankLines: false, skipComments: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
    },
  },
  {
    files: ['nomad/**/*.ts'],
    ignores: ['nomad/host.ts', 'nomad/host/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['cdktf', 'cdktf/*', '@cdktf/*'],
              message: 'nomad/ imports cdktf in nomad/host.ts only, so that another host of constructs can be added',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.itest.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: ['webapp/public/**/*.js'],
    languageOptions: { globals: { document: 'readonly', window: 'readonly', fetch: 'readonly', FormData: 'readonly' } },
  },
)
