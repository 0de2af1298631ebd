import ts from 'typescript';
import { mayRethrow } from './catching.js';

/** Codes, and parameters (`#0`) of a function to which its callers pass a code. */
type Codes = ReadonlySet<string>;
type Callable = ts.FunctionLikeDeclaration & { readonly body: ts.Node };

export interface ThrownCodesOptions {
  /** Absolute paths of the files in which the walk begins. */
  readonly files: readonly string[];
  /** Functions outside this folder are not walked. */
  readonly folders: readonly string[];
  /** Returns the codes that a call can throw, by its argument's type and member `kind`, for example for a status word. */
  readonly codesOfKind: (typeName: string, kind: string) => readonly string[] | undefined;
  /** Returns the codes that a call of this method throws for its first literal argument; such calls are not walked. */
  readonly codesOfCall: (method: string, argument: string) => readonly string[] | undefined;
  /** Functions that are not walked. */
  readonly opaque: readonly string[];
}

/** Finds the catalogue's codes that a program's functions can throw. The test describes the limits. */
export class ThrownCodes {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<Callable, Set<string>>();
  /** The number of codes found so far. */
  #growth = 0;
  #visiting = new Set<Callable>();
  /** Functions whose codes are complete. */
  readonly #done = new Set<Callable>();
  /** Places that create an error whose code is not a literal. */
  readonly unresolved = new Set<string>();

  constructor(
    private readonly options: ThrownCodesOptions,
    compilerOptions: ts.CompilerOptions,
  ) {
    this.#program = ts.createProgram([...options.files], compilerOptions);
    this.#checker = this.#program.getTypeChecker();
  }

  /** Returns the codes of a member of an object that a function in this folder returns, as for handlers. */
  ofMember(folder: string, member: string): string[] | undefined {
    const found: Callable[] = [];
    const look = (node: ts.Node): void => {
      const isIt = ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name) && node.name.text === member;
      if (isIt && isCallable(node.initializer)) found.push(node.initializer);
      ts.forEachChild(node, look);
    };
    this.#sources()
      .filter(({ fileName }) => fileName.includes(folder))
      .forEach(look);
    return found[0] && this.#codesOf(found[0]);
  }

  /** Returns the codes of a method, by class and method name. */
  ofMethod(className: string, method: string): string[] {
    const members = this.#classes().flatMap((one) => (one.name?.text === className ? [...one.members] : []));
    const found = members.find((member) => member.name?.getText() === method);
    if (!found || !isCallable(found)) throw new Error(`there is no method ${className}.${method}`);
    return this.#codesOf(found);
  }

  /** Iterates to a fixed point, because functions call each other. */
  #codesOf(root: Callable): string[] {
    for (let before = -1; before < this.#growth;) {
      before = this.#growth;
      this.#visiting = new Set(this.#done);
      this.#summary(root);
    }
    for (const declaration of this.#visiting) this.#done.add(declaration);
    return [...(this.#known.get(root) ?? [])].filter((code) => !code.startsWith('#')).sort();
  }

  #summary(declaration: Callable): Codes {
    const known = this.#known.get(declaration) ?? new Set<string>();
    this.#known.set(declaration, known);
    if (this.#visiting.has(declaration)) return known;
    this.#visiting.add(declaration);
    const before = known.size;
    for (const code of this.#effects(declaration.body, declaration)) known.add(code);
    for (const parameter of declaration.parameters)
      if (parameter.initializer) for (const code of this.#effects(parameter.initializer, declaration)) known.add(code);
    this.#growth += known.size - before;
    return known;
  }

  #effects(node: ts.Node, within: Callable): Set<string> {
    if (ts.isTryStatement(node)) return this.#effectsOfTry(node, within);
    if (ts.isTypeNode(node)) return new Set();
    const codes = new Set<string>();
    const add = (more: Iterable<string>): void => {
      for (const code of more) codes.add(code);
    };
    const handler = ts.isCallExpression(node) ? handlerOf(node) : undefined;
    if (ts.isCallExpression(node) && handler && ts.isPropertyAccessExpression(node.expression)) {
      add(this.#pass(this.#effects(node.expression.expression, within), handler.body, handler.parameters[0]?.name));
      add(this.#effects(handler.body, within));
      return codes;
    }
    ts.forEachChild(node, (child) => add(this.#effects(child, within)));
    if (ts.isNewExpression(node) && node.expression.getText() === 'CardwrightError') add(this.#made(node, within));
    else if (ts.isCallExpression(node) || ts.isNewExpression(node)) add(this.#called(node, within));
    else if (ts.isPropertyAccessExpression(node)) add(this.#read(node));
    return codes;
  }

  #effectsOfTry({ tryBlock, catchClause, finallyBlock }: ts.TryStatement, within: Callable): Set<string> {
    const tried = this.#effects(tryBlock, within);
    const codes = new Set(
      catchClause ? this.#pass(tried, catchClause.block, catchClause.variableDeclaration?.name) : tried,
    );
    for (const block of [catchClause?.block, finallyBlock])
      if (block) for (const code of this.#effects(block, within)) codes.add(code);
    return codes;
  }

  #pass(codes: Codes, body: ts.Node, caught: ts.BindingName | undefined): string[] {
    if (!caught || !ts.isIdentifier(caught)) return [];
    return [...codes].filter((code) => mayRethrow(this.#checker, body, caught.text, code));
  }

  /** Returns the code of a created error: a literal, or a parameter that receives one. */
  #made(node: ts.NewExpression, within: Callable): string[] {
    const [code] = node.arguments ?? [];
    if (!code || isKept(node)) return [];
    const index = this.#parameterOf(code, within);
    if (index >= 0) return [`#${index}`];
    const literals = literalsOf(this.#checker.getTypeAtLocation(code));
    if (literals.length === 0) {
      const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
      this.unresolved.add(`${node.getSourceFile().fileName.split('/src/')[1] ?? ''}:${line + 1}`);
    }
    return literals;
  }

  #parameterOf(expression: ts.Expression, within: Callable): number {
    const declaration = this.#checker.getSymbolAtLocation(expression)?.valueDeclaration;
    return declaration && ts.isParameter(declaration) ? within.parameters.indexOf(declaration) : -1;
  }

  #called(node: ts.CallExpression | ts.NewExpression, within: Callable): string[] {
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
    const given = node.arguments ?? [];
    const first = given[0] && literalsOf(this.#checker.getTypeAtLocation(given[0]));
    const known = first?.[0] === undefined ? undefined : this.options.codesOfCall(name, first[0]);
    if (known) return [...known];
    const declaration = this.#checker.getResolvedSignature(node)?.declaration;
    const codes = this.#implementations(declaration).flatMap((target) => [...this.#summary(target)]);
    for (const argument of given) {
      codes.push(...this.#ofKind(argument, within));
      // A function passed by name counts as called there.
      if (!ts.isIdentifier(argument) && !ts.isPropertyAccessExpression(argument)) continue;
      for (const signature of this.#checker.getTypeAtLocation(argument).getCallSignatures())
        codes.push(...this.#implementations(signature.declaration).flatMap((target) => [...this.#summary(target)]));
    }
    return codes.flatMap((code) => (code.startsWith('#') ? this.#bind(given[Number(code.slice(1))], within) : [code]));
  }

  /** Resolves the argument that a parameter receives in a call. */
  #bind(argument: ts.Expression | undefined, within: Callable): string[] {
    if (!argument) return [];
    const index = this.#parameterOf(argument, within);
    return index >= 0 ? [`#${index}`] : literalsOf(this.#checker.getTypeAtLocation(argument));
  }

  #read(node: ts.PropertyAccessExpression): string[] {
    const getters = this.#checker.getSymbolAtLocation(node.name)?.declarations?.filter(ts.isGetAccessor) ?? [];
    return getters.flatMap((getter) => this.#implementations(getter)).flatMap((target) => [...this.#summary(target)]);
  }

  /** Returns the codes for an argument that names an operation. One that is passed on was counted when it was created. */
  #ofKind(argument: ts.Expression, within: Callable): readonly string[] {
    const typeName = this.#checker.getContextualType(argument)?.aliasSymbol?.name;
    const kind = this.#checker.getTypeAtLocation(argument).getProperty('kind');
    if (typeName === undefined || !kind || this.#parameterOf(argument, within) >= 0) return [];
    const kinds = literalsOf(this.#checker.getTypeOfSymbolAtLocation(kind, argument));
    return kinds.flatMap((one) => this.options.codesOfKind(typeName, one) ?? []);
  }

  /** Returns the functions that may run in a call: for an interface's method those of its classes. */
  #implementations(declaration: ts.Node | undefined): Callable[] {
    if (!declaration || !this.#isOurs(declaration)) return [];
    if (isCallable(declaration)) {
      const isOpaque = declaration.name !== undefined && this.options.opaque.includes(declaration.name.getText());
      return isOpaque ? [] : [declaration];
    }
    const owner = declaration.parent;
    if (!ts.isInterfaceDeclaration(owner) || !ts.isMethodSignature(declaration)) return [];
    return this.#classes()
      .filter(({ heritageClauses = [] }) =>
        heritageClauses.some(({ types }) => types.some(({ expression }) => expression.getText() === owner.name.text)),
      )
      .flatMap(({ members }) => members.flatMap((member) => (isCallable(member) ? [member] : [])))
      .filter(({ name }) => name?.getText() === declaration.name.getText());
  }

  #isOurs(node: ts.Node): boolean {
    const { fileName } = node.getSourceFile();
    return this.options.folders.some((folder) => fileName.startsWith(folder));
  }

  #sources(): ts.SourceFile[] {
    return this.#program.getSourceFiles().filter((source) => this.#isOurs(source));
  }

  #classes(): ts.ClassDeclaration[] {
    return this.#sources().flatMap(({ statements }) => statements.filter(ts.isClassDeclaration));
  }
}

/** Returns whether a created error is kept in a variable for later. */
const isKept = ({ parent }: ts.NewExpression): boolean =>
  ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** `promise.catch((error) => ...)`. */
function handlerOf({ expression, arguments: given }: ts.CallExpression): ts.ArrowFunction | undefined {
  const isCatch = ts.isPropertyAccessExpression(expression) && expression.name.text === 'catch';
  const [handler] = given;
  return isCatch && handler && ts.isArrowFunction(handler) ? handler : undefined;
}

const isCallable = (node: ts.Node): node is Callable =>
  (ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isGetAccessor(node) ||
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node)) &&
  node.body !== undefined;

/** A union of more literals is a type such as `ErrorCode`, which says nothing. */
const MAX_LITERALS = 12;

function literalsOf(type: ts.Type): string[] {
  const types = type.isUnion() ? type.types : [type];
  const literals = types.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
  return literals.length > MAX_LITERALS ? [] : literals;
}
