import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect } from 'chai'
import ts from 'typescript'

const room = join(__dirname, '..', '..', 'nomad')
const { exports: entries } = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string }>
}

/** What every typed value has: its block by Nomad's names, and its text. Said once, in the guides. */
const common = new Set(['toSpec', 'toString', 'constructor', 'toConfig'])

const files = new Map<string, ts.SourceFile>()

function parse(path: string): ts.SourceFile {
  let file = files.get(path)
  if (!file) {
    file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
    files.set(path, file)
  }
  return file
}

function target(from: ts.SourceFile, specifier: ts.Expression): string {
  const base = join(dirname(from.fileName), (specifier as ts.StringLiteral).text)
  return [`${base}.ts`, join(base, 'index.ts')].find((path) => existsSync(path)) ?? base
}

/** Each exported declaration that an entry leads to, with its name where it is declared. */
function* exported(path: string, only?: string): Generator<ts.Node> {
  const file = parse(path)
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) {
      const next = target(file, statement.moduleSpecifier)
      const { exportClause } = statement
      if (!exportClause) yield* exported(next, only)
      else if (ts.isNamedExports(exportClause)) {
        for (const item of exportClause.elements) {
          if (only === undefined || item.name.text === only)
            yield* exported(next, (item.propertyName ?? item.name).text)
        }
      }
    } else if (isExported(statement)) {
      if (only === undefined || namesOf(statement).includes(only)) yield statement
    }
  }
}

function isExported(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((m) => m.kind === ts.SyntaxKind.ExportKeyword)
}

function namesOf(node: ts.Node): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map((d) => d.name.getText())
  const { name } = node as ts.NamedDeclaration
  return name ? [name.getText()] : []
}

function isDocumented(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0
}

/** The public members of a class or an interface, and what an exported object holds. */
function membersOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isInterfaceDeclaration(node)) return node.members
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ initializer }) => {
      const value = initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer
      return value && ts.isObjectLiteralExpression(value) ? [...value.properties] : []
    })
  }
  if (!ts.isClassDeclaration(node)) return []
  return node.members.flatMap((member): readonly ts.Node[] => {
    if (ts.isConstructorDeclaration(member))
      return member.parameters.filter((p) => (ts.getModifiers(p) ?? []).length > 0)
    return [member]
  })
}

function isHidden(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []
  const kinds = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.OverrideKeyword]
  return modifiers.some((m) => kinds.includes(m.kind)) || ts.isClassStaticBlockDeclaration(node)
}

/** Exports, and members of exports, that nothing is said about. */
function undocumented(entry: string): string[] {
  const missing: string[] = []
  for (const node of exported(entry)) {
    const where = relative(room, node.getSourceFile().fileName)
    const name = namesOf(node).join(', ')
    if (!isDocumented(node)) missing.push(`${where}: ${name}`)
    // the generated types have Nomad's own names, and Nomad's own documentation
    if (where.startsWith(join('spec', 'generated'))) continue
    for (const member of membersOf(node)) {
      const called = (member as ts.NamedDeclaration).name?.getText() ?? ''
      if (common.has(called) || isHidden(member) || isDocumented(member)) continue
      missing.push(`${where}: ${name}.${called}`)
    }
  }
  return [...new Set(missing)]
}

describe('the reference', () => {
  for (const [name, value] of Object.entries(entries)) {
    if (typeof value === 'string') continue
    const entry = join(room, value.types.replace('./dist/', '').replace(/\.d\.ts$/, '.ts'))
    it(`says something about each export of ${name.replace('.', 'nomad-constructs')}, and each member of it`, () => {
      expect(undocumented(entry)).to.deep.equal([])
    })
  }
})
