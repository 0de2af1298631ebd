import ts from 'typescript';
import { mayRethrow } from './catching.js';

/** Codes, and parameters (`#0`) of a function that are given a code where it is called. */
type Codes = ReadonlySet<string>;
type Callable = ts.FunctionLikeDeclaration & { readonly body: ts.Node };

export interface ThrownCodesOptions {
  /** Absolute paths of the files where the walk begins. */
  readonly files: readonly string[];
  /** Functions outside this folder are not walked. */
  readonly folders: readonly string[];
  /** What a call can throw by its argument's type and member `kind`, for example a status word's meaning. */
  readonly codesOfKind: (typeName: string, kind: string) => readonly string[] | undefined;
  /** Calls of these methods throw, for the literal that is given first, these codes; they are not walked. */
  readonly codesOfCall: (method: string, argument: string) => readonly string[] | undefined;
  /** Functions that are not walked. */
  readonly opaque: readonly string[];
}

/** Which codes of the catalogue the functions of a program can throw: see the test for what this can tell and what not. */
export class ThrownCodes {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<Callable, Set<string>>();
  /** Codes that were found. */
  #growth = 0;
  #visiting = new Set<Callable>();
  /** Of which everything is known. */
  readonly #done = new Set<Callable>();
  /** Places where an error is made whose code is no literal. */
  readonly unresolved = new Set<string>();

  constructor(
    private readonly options: ThrownCodesOptions,
    compilerOptions: ts.CompilerOptions,
  ) {
    this.#program = ts.createProgram([...options.files], compilerOptions);
    this.#checker = this.#program.getTypeChecker();
  }

  /** Of a member of an object that a function in this folder returns, as handlers are. */
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

  /** Of a method by the names of its class and of itself. */
  ofMethod(className: string, method: string): string[] {
    const members = this.#classes().flatMap((one) => (one.name?.text === className ? [...one.members] : []));
    const found = members.find((member) => member.name?.getText() === method);
    if (!found || !isCallable(found)) throw new Error(`there is no method ${className}.${method}`);
    return this.#codesOf(found);
  }

  /** To a fixed point, since functions call each other. */
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

  /** The code with which an error is made: a literal, or a parameter that is given one. */
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
      // A function that is handed on by its name is called there.
      if (!ts.isIdentifier(argument) && !ts.isPropertyAccessExpression(argument)) continue;
      for (const signature of this.#checker.getTypeAtLocation(argument).getCallSignatures())
        codes.push(...this.#implementations(signature.declaration).flatMap((target) => [...this.#summary(target)]));
    }
    return codes.flatMap((code) => (code.startsWith('#') ? this.#bind(given[Number(code.slice(1))], within) : [code]));
  }

  /** What a parameter is given where its function is called. */
  #bind(argument: ts.Expression | undefined, within: Callable): string[] {
    if (!argument) return [];
    const index = this.#parameterOf(argument, within);
    return index >= 0 ? [`#${index}`] : literalsOf(this.#checker.getTypeAtLocation(argument));
  }

  #read(node: ts.PropertyAccessExpression): string[] {
    const getters = this.#checker.getSymbolAtLocation(node.name)?.declarations?.filter(ts.isGetAccessor) ?? [];
    return getters.flatMap((getter) => this.#implementations(getter)).flatMap((target) => [...this.#summary(target)]);
  }

  /** Of an argument that names what is done: where it is handed on, it was counted when it was made. */
  #ofKind(argument: ts.Expression, within: Callable): readonly string[] {
    const typeName = this.#checker.getContextualType(argument)?.aliasSymbol?.name;
    const kind = this.#checker.getTypeAtLocation(argument).getProperty('kind');
    if (typeName === undefined || !kind || this.#parameterOf(argument, within) >= 0) return [];
    const kinds = literalsOf(this.#checker.getTypeOfSymbolAtLocation(kind, argument));
    return kinds.flatMap((one) => this.options.codesOfKind(typeName, one) ?? []);
  }

  /** The functions that may run where this one is called: of an interface's method those of its classes. */
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

/** Kept in a variable for whoever asks later. */
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

/** More than this many are a type such as `ErrorCode`, which says nothing. */
const MAX_LITERALS = 12;

function literalsOf(type: ts.Type): string[] {
  const types = type.isUnion() ? type.types : [type];
  const literals = types.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
  return literals.length > MAX_LITERALS ? [] : literals;
}
