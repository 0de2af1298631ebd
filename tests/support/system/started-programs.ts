import path from 'node:path';
import ts from 'typescript';

/** A place in the sources that starts a program. */
export interface Start {
  readonly file: string;
  /** The program's name or path; null if known only at run time. */
  readonly program: string | null;
  /** The expression in the source. */
  readonly written: string;
}

/** A function that starts the program that its caller names. */
interface Starter {
  readonly file: string;
  readonly name: string;
  /** Set when other files can call it. */
  readonly isPublic: boolean;
  /** The index of the parameter that names the program, or is a list that begins with it. */
  readonly index: number;
}

/** An expression's meaning: programs, a parameter of a named function, or something known only at run time. */
type Named = { readonly programs: readonly string[] } | { readonly starter: Starter } | 'unknown';

const OF_NODE = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync', 'exec', 'execSync']);

/** This function starts its command through setpriv, so the command is among the arguments. */
const TIED: Starter = { file: 'stage/src/tied-process.ts', name: 'TiedProcess.start', isPublic: true, index: 0 };

/**
 * Finds the programs that sources start: through `node:child_process`, and through functions that pass their parameter on to it, over any
 * number of calls.
 *
 * @param sources texts of TypeScript and JavaScript by their paths in the repository
 */
export function startedPrograms(sources: ReadonlyMap<string, string>): Start[] {
  const parsed = new Map<string, Parsed>();
  const parse = (file: string, text: string): Parsed => {
    const known = parsed.get(file) ?? parseCalls(file, text);
    parsed.set(file, known);
    return known;
  };
  const starts: Start[] = [];
  const starters: Starter[] = [];
  const take = (source: ts.SourceFile, argument: ts.Expression | undefined): void => {
    if (argument === undefined) return;
    const named = nameOf(argument, source);
    const written = argument.getText(source);
    const file = source.fileName;
    if (named === 'unknown') starts.push({ file, program: null, written });
    else if ('programs' in named) starts.push(...named.programs.map((program) => ({ file, program, written })));
    else if (!starters.some(({ file: of, name }) => of === file && name === named.starter.name))
      starters.push(named.starter);
  };

  for (const [file, text] of sources) {
    if (!text.includes('child_process')) continue;
    const { source, calls } = parse(file, text);
    const own = startersOfNode(source);
    for (const call of calls) if (isOneOf(call.expression, own)) take(source, call.arguments[0]);
  }
  starters.push(TIED);
  // The list grows during the loop: a function that passes its parameter to a starter is one too.
  for (const starter of starters) {
    for (const [file, text] of sources) {
      if (!text.includes(`${starter.name}(`) || !knows(file, text, starter)) continue;
      const { source, calls } = parse(file, text);
      for (const call of calls) if (isCallOf(call, starter)) take(source, firstOf(call.arguments[starter.index]));
    }
  }
  return starts;
}

interface Parsed {
  readonly source: ts.SourceFile;
  readonly calls: readonly ts.CallExpression[];
}

function parseCalls(file: string, text: string): Parsed {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return { source, calls: nodesIn(source).filter(ts.isCallExpression) };
}

function nodesIn(source: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    node.forEachChild(visit);
  };
  visit(source);
  return nodes;
}

/** Returns the functions of `node:child_process` that a file imports, and their promisified variants. */
function startersOfNode(source: ts.SourceFile): Set<string> {
  const imported = /\{([^{}]*)\}\s*(?:from|=\s*await import\()\s*'node:child_process'/.exec(source.text)?.[1] ?? '';
  const names = new Set(imported.split(',').map((name) => name.trim()));
  const own = new Set([...names].filter((name) => OF_NODE.has(name)));
  for (const node of nodesIn(source)) {
    if (ts.isVariableDeclaration(node) && node.initializer && isPromisified(node.initializer, own))
      own.add(node.name.getText(source));
  }
  return own;
}

function isPromisified(node: ts.Expression, own: ReadonlySet<string>): boolean {
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'promisify') return false;
  const [work] = node.arguments;
  return work !== undefined && ts.isIdentifier(work) && own.has(work.text);
}

function isOneOf(callee: ts.Expression, own: ReadonlySet<string>): boolean {
  return ts.isIdentifier(callee) ? own.has(callee.text) : isPromisified(callee, own);
}

function isCallOf({ expression }: ts.CallExpression, { name }: Starter): boolean {
  const isMethod = ts.isPropertyAccessExpression(expression) && expression.name.text === name;
  return isMethod || expression.getText() === name;
}

/** Returns whether a file can call a starter: it contains it, or imports its file or its package's entry. */
function knows(file: string, text: string, starter: Starter): boolean {
  if (file === starter.file || !starter.isPublic) return file === starter.file;
  const [folder = ''] = starter.file.split('/');
  if (text.includes(`'@cardwright/${folder}'`)) return true;
  const relative = path.posix.relative(path.posix.dirname(file), starter.file).replace(/\.ts$/, '.js');
  return text.includes(`'${relative.startsWith('.') ? relative : `./${relative}`}'`);
}

/** Returns the first item of a list. */
function firstOf(argument: ts.Expression | undefined): ts.Expression | undefined {
  return argument && ts.isArrayLiteralExpression(argument) ? argument.elements[0] : argument;
}

function nameOf(node: ts.Expression, source: ts.SourceFile): Named {
  if (ts.isStringLiteralLike(node)) return { programs: [node.text] };
  if (node.getText(source) === 'process.execPath') return { programs: ['node'] };
  if (ts.isParenthesizedExpression(node)) return nameOf(node.expression, source);
  if (ts.isConditionalExpression(node)) return both(nameOf(node.whenTrue, source), nameOf(node.whenFalse, source));
  if (ts.isIdentifier(node)) return parameterOf(node) ?? constantOf(node, source);
  return 'unknown';
}

function both(one: Named, other: Named): Named {
  if (one === 'unknown' || other === 'unknown' || !('programs' in one) || !('programs' in other)) return 'unknown';
  return { programs: [...one.programs, ...other.programs] };
}

/** Finds the parameter of a surrounding function that an identifier refers to. */
function parameterOf({ text, parent }: ts.Identifier): Named | undefined {
  for (let node: ts.Node | undefined = parent; node; node = node.parent as ts.Node | undefined) {
    if (!ts.isFunctionLike(node)) continue;
    const index = node.parameters.findIndex(({ name }) => begins(name, text));
    if (index < 0) continue;
    const named = ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) ? node.parent : node;
    const name = named.name?.getText();
    if (name === undefined) return 'unknown';
    const isPublic = ts.isMethodDeclaration(named) ? !hasModifier(named, PRIVATE) : isExported(named);
    return { starter: { file: node.getSourceFile().fileName, name, isPublic, index } };
  }
  return undefined;
}

const PRIVATE = ts.SyntaxKind.PrivateKeyword;

function isExported(node: ts.Node): boolean {
  return hasModifier(ts.isVariableDeclaration(node) ? node.parent.parent : node, ts.SyntaxKind.ExportKeyword);
}

function hasModifier(node: ts.Node, modifier: ts.SyntaxKind): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === modifier) === true;
}

/** Returns whether a parameter has this name, or is a list whose first item has it. */
function begins(name: ts.BindingName, text: string): boolean {
  if (ts.isIdentifier(name)) return name.text === text;
  const [first] = name.elements;
  return first !== undefined && ts.isBindingElement(first) && first.name.getText() === text;
}

function constantOf({ text }: ts.Identifier, source: ts.SourceFile): Named {
  for (const node of nodesIn(source)) {
    if (ts.isVariableDeclaration(node) && node.name.getText(source) === text && node.initializer)
      return nameOf(node.initializer, source);
  }
  return 'unknown';
}
