import path from 'node:path';
import ts from 'typescript';

/** The files of a program that reads an object literal, or values of the same members. */
export interface Readers {
  /** Absolute path of the program's `tsconfig.json`. */
  readonly project: string;
  /** Absolute paths of the files in which the program begins. */
  readonly starts: readonly string[];
  /** Absolute path of the object literal's file, or of the folder with the files of several. */
  readonly table: string;
  /** Absolute path of the folder with the program's own files. */
  readonly sources: string;
  /** Files that do not count as readers, by their paths from `sources`. */
  readonly except: readonly string[];
}

/**
 * Finds the members of a table that a program reads, by the types of its sources. A comment, or a member of something else with the same
 * name, is no reader. A member counts as read where:
 * - it is taken from its object: `one.name`, or `{ name } = one`;
 * - its object is passed on, to a type with a member of its own by that name.
 *
 * @param members their dotted paths, such as `authority.timeout`
 * @returns the paths of the read ones
 */
export function membersRead(members: readonly string[], readers: Readers): ReadonlySet<string> {
  const program = programOf(readers);
  const checker = program.getTypeChecker();
  const names = new Set(members.flatMap((member) => member.split('.')));
  const read = new Set<string>();
  const note = (symbol: ts.Symbol | undefined): void => pathsOf(symbol, readers.table).forEach((one) => read.add(one));
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.has(node.text)) {
      note(memberTaken(node, checker));
      membersPassed(node, checker, readers.table).forEach(note);
    }
    ts.forEachChild(node, visit);
  };
  const isReader = ({ fileName }: ts.SourceFile): boolean =>
    fileName.startsWith(readers.sources) &&
    !fileName.startsWith(readers.table) &&
    !readers.except.includes(path.relative(readers.sources, fileName));
  program.getSourceFiles().filter(isReader).forEach(visit);
  return read;
}

function programOf({ project, starts }: Readers): ts.Program {
  const host: ts.ParseConfigFileHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const options = ts.getParsedCommandLineOfConfigFile(project, {}, host)?.options;
  if (!options) throw new Error(`${project} cannot be read`);
  return ts.createProgram(starts, options);
}

/** Returns the member that a name takes from an object. */
function memberTaken(name: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) && parent.name === name) return checker.getSymbolAtLocation(name);
  if (ts.isBindingElement(parent) && (parent.propertyName ?? parent.name) === name)
    return checker.getTypeAtLocation(parent.parent).getProperty(name.text);
  return undefined;
}

/** Returns the members of a value with this name that something takes which has members of its own for them. */
function membersPassed(name: ts.Identifier, checker: ts.TypeChecker, table: string): readonly ts.Symbol[] {
  const { parent } = name;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === name;
  const taker = checker.getContextualType(isMember ? parent : name);
  if (!taker) return [];
  const isTaken = (member: ts.Symbol): boolean => {
    const own = checker.getNonNullableType(taker).getProperty(member.name);
    return own !== undefined && pathsOf(own, table).length === 0;
  };
  return checker.getTypeAtLocation(name).getProperties().filter(isTaken);
}

/** Returns the dotted paths at which a member stands in the table. */
function pathsOf(symbol: ts.Symbol | undefined, table: string): readonly string[] {
  const declarations = symbol?.declarations ?? [];
  return declarations.filter((one) => one.getSourceFile().fileName.startsWith(table)).map(pathOf);
}

/** True for a member of the table, in a source or in its declarations. */
const isMember = (
  node: ts.Node,
): node is ts.PropertyAssignment | ts.ShorthandPropertyAssignment | ts.PropertySignature =>
  ts.isPropertyAssignment(node) ||
  ts.isShorthandPropertyAssignment(node) ||
  (ts.isPropertySignature(node) && node.getSourceFile().isDeclarationFile);

function pathOf(declaration: ts.Declaration): string {
  const names: string[] = [];
  for (let node: ts.Node = declaration; !ts.isSourceFile(node); node = node.parent)
    if (isMember(node)) names.unshift(node.name.getText());
  return names.join('.');
}
