import path from 'node:path';
import ts from 'typescript';
import { entriesOf, PUBLISHED } from './entries.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Reads what each entry of the published packages gives, from the declarations that `npm run build` made. Entries with a star are left
 * out: behind them are sentences.
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
      // Else a union is in the order in which the compiler met its members.
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
 * True for what is called or made: functions, and classes.
 *
 * @param {ts.TypeChecker} checker
 * @param {ts.Symbol} symbol
 */
export function isCallable(checker, symbol) {
  if (!(symbol.flags & ts.SymbolFlags.Value)) return false;
  if (symbol.flags & ts.SymbolFlags.Class) return true;
  return checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
}

/**
 * The example in the doc comment of a name, without its HTML and its fences; undefined if there is none.
 *
 * @param {ts.Symbol} symbol
 * @returns {string | undefined}
 */
export function exampleOf(symbol) {
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
