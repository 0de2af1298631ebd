import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { functionsAmong, readPublicNames, type PublicEntry } from '../../../scripts/api/public-names.mjs';

const names = readPublicNames();
const functions = functionsAmong(names);

/** The names that examples may use undeclared: given.ts declares them. */
const GIVEN = path.join(import.meta.dirname, 'given.ts');
const given = new Set(
  [...readFileSync(GIVEN, 'utf8').matchAll(/^export declare const (\w+)/gm)].map(([, name = '']) => name),
);

/** The names that a text uses without declaring them. */
function freeNamesOf(text: string): Set<string> {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isMember(node)) (isDeclared(node) ? declared : used).add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('example.ts', text, ts.ScriptTarget.ES2023, true));
  return new Set([...used].filter((name) => !declared.has(name)));
}

const isMember = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node) ||
  (ts.isBindingElement(node.parent) && node.parent.propertyName === node);

const isDeclared = (node: ts.Identifier): boolean =>
  ts.isImportSpecifier(node.parent) ||
  ts.isNamespaceImport(node.parent) ||
  ((ts.isVariableDeclaration(node.parent) || ts.isBindingElement(node.parent) || ts.isParameter(node.parent)) &&
    node.parent.name === node);

/** Writes the imports of an example: given names, and public names, those of its own package first. */
function importsFor(text: string, own: PublicEntry): string {
  const nearest = names.entries.toSorted((a, b) => Number(b.folder === own.folder) - Number(a.folder === own.folder));
  return [...freeNamesOf(text)]
    .flatMap((name) => {
      if (given.has(name)) return [`import { ${name} } from '../given.js';`];
      const giver = [own, ...nearest].find((entry) => entry.names.some((one) => one.name === name));
      return giver === undefined ? [] : [`import { ${name} } from '${giver.specifier}';`];
    })
    .join('');
}

/** Compiles texts, each as a module without a file, and lists the compiler's complaints. */
function complaintsOf(texts: ReadonlyMap<string, string>): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const real = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...real,
    fileExists: (file) => texts.has(file) || real.fileExists(file),
    readFile: (file) => texts.get(file) ?? real.readFile(file),
    getSourceFile(file, version, ...rest) {
      const text = texts.get(file);
      return text === undefined ? real.getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${path.basename(file, '.ts')}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}

const fileOf = (name: string): string => path.join(import.meta.dirname, 'examples', `${name}.ts`);

describe('what an author calls', () => {
  it('has an example that uses it', () => {
    const isClass = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.Class) !== 0;
    // The example of an element uses its tag. The example of another class uses the function that makes its objects.
    const strange = functions.filter(
      ({ name, symbol, example = '' }) => !isClass(symbol) && !freeNamesOf(example).has(name),
    );
    expect(strange.map(({ name }) => name)).toEqual([]);
  });

  it('has an example that compiles', () => {
    const texts = new Map(
      functions.map(({ name, entry, example = '' }) => {
        const file = fileOf(`${entry.specifier.replaceAll('/', '-')}-${name}`);
        return [file, `${importsFor(example, entry)}\n${example}\nexport {};\n`];
      }),
    );
    expect(complaintsOf(texts)).toEqual([]);
  });
});

describe('a wrong example', () => {
  it('does not compile', () => {
    const texts = new Map([[fileOf('wrong'), "import { memoryStore } from '@cardwright/cms';\nmemoryStore(1);\n"]]);
    expect(complaintsOf(texts)).toHaveLength(1);
  });
});
