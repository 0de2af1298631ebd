import path from 'node:path';
import ts from 'typescript';
import { entriesOf, PUBLISHED } from './entries.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Reads the names that each entry of the published packages exports, from the declarations that `npm run build` made. Entries with a star
 * are left out, because they contain sentences.
 */
export function readPublicNames() {
  const entries = PUBLISHED.flatMap((folder) =>
    entriesOf(folder)
      .filter(({ specifier }) => !specifier.includes('*'))
      .map((entry) => ({ folder, ...entry })),
  );
  const program = ts.createProgram(
    entries.map(({ types }) => path.join(ROOT, types)),
    {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: ['node'],
      typeRoots: [path.join(ROOT, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      // Otherwise the members of a union are in the order in which the compiler met them.
      stableTypeOrdering: true,
      noEmit: true,
      skipLibCheck: true,
    },
  );
  const checker = program.getTypeChecker();
  return {
    checker,
    entries: entries.map(({ folder, specifier, types }) => ({
      folder,
      specifier,
      names: namesIn(checker, program.getSourceFile(path.join(ROOT, types))),
    })),
  };
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.SourceFile | undefined} file
 * @returns {import('./public-names.mjs').PublicName[]} by name
 */
function namesIn(checker, file) {
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error('an entry without declarations: run npm run build');
  return checker
    .getExportsOfModule(module)
    .map((exported) => ({ name: exported.name, symbol: original(checker, exported) }))
    .filter(({ symbol }) => symbol.declarations !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Lists the functions and classes among the names, each once, with the entry of the package that declares it.
 *
 * @param {ReturnType<typeof readPublicNames>} names
 * @returns {import('./public-names.mjs').PublicFunction[]}
 */
export function functionsAmong({ checker, entries }) {
  const isFunction = ({ flags }, type) => flags & ts.SymbolFlags.Class || type.getCallSignatures().length > 0;
  const found = new Map();
  for (const entry of entries)
    for (const { name, symbol } of entry.names)
      if (symbol.flags & ts.SymbolFlags.Value && isFunction(symbol, checker.getTypeOfSymbol(symbol)))
        if (!found.has(symbol)) found.set(symbol, { name, symbol, entry, example: exampleOf(symbol) });
  return [...found.values()];
}

/**
 * The example in the doc comment of a name, without its HTML and its fences; undefined if there is none.
 *
 * @param {ts.Symbol} symbol
 * @returns {string | undefined}
 */
function exampleOf(symbol) {
  const tags = symbol.declarations.flatMap((declaration) => ts.getJSDocTags(declaration));
  const example = ts.getTextOfJSDocComment(tags.find(({ tagName }) => tagName.text === 'example')?.comment);
  return example?.replaceAll(/^(?:<|```).*\n?/gm, '');
}

/**
 * Follows imports and exports to the symbol that is declared.
 *
 * @param {ts.TypeChecker} checker
 * @param {ts.Symbol} symbol
 */
export const original = (checker, symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
