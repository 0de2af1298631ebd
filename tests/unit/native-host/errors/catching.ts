import ts from 'typescript';

/** A caught error, by its name in the handler. */
interface Caught {
  readonly name: string;
  /** Its code, if it were an error of the catalogue. */
  readonly code: string;
}

/**
 * Returns whether a handler, of `catch` or of a promise, may rethrow a caught error with this code. Follows conditions on
 * `isCardwrightError` and functions of one expression; of any other condition both outcomes count as possible.
 */
export function mayRethrow(checker: ts.TypeChecker, body: ts.Node, name: string, code: string): boolean {
  return new Handler(checker).run(body, { name, code }).rethrows;
}

interface Outcome {
  readonly rethrows: boolean;
  /** Set when the following statement is reached. */
  readonly ends: boolean;
}
const NOTHING: Outcome = { rethrows: false, ends: true };

class Handler {
  constructor(private readonly checker: ts.TypeChecker) {}

  run(node: ts.Node, caught: Caught): Outcome {
    if (ts.isBlock(node)) {
      let rethrows = false;
      for (const statement of node.statements) {
        const outcome = this.run(statement, caught);
        rethrows ||= outcome.rethrows;
        if (!outcome.ends) return { rethrows, ends: false };
      }
      return { rethrows, ends: true };
    }
    if (ts.isThrowStatement(node)) return { rethrows: this.#mayBe(node.expression, caught), ends: false };
    if (ts.isReturnStatement(node) || ts.isContinueStatement(node)) return { rethrows: false, ends: false };
    if (ts.isIfStatement(node)) return this.#either(node, caught);
    let rethrows = false;
    const look = (inner: ts.Node): void => {
      if (ts.isThrowStatement(inner)) rethrows ||= this.#mayBe(inner.expression, caught);
      ts.forEachChild(inner, look);
    };
    look(node);
    return { rethrows, ends: true };
  }

  #either({ expression, thenStatement, elseStatement }: ts.IfStatement, caught: Caught): Outcome {
    const condition = this.#holds(expression, caught);
    const then = condition === false ? undefined : this.run(thenStatement, caught);
    const otherwise =
      condition === true ? undefined : elseStatement === undefined ? NOTHING : this.run(elseStatement, caught);
    const outcomes = [then, otherwise].filter((outcome) => outcome !== undefined);
    return { rethrows: outcomes.some(({ rethrows }) => rethrows), ends: outcomes.some(({ ends }) => ends) };
  }

  /** Returns whether an expression may be the caught error, itself or returned by a function. */
  #mayBe(expression: ts.Expression, caught: Caught): boolean {
    if (ts.isParenthesizedExpression(expression)) return this.#mayBe(expression.expression, caught);
    if (ts.isConditionalExpression(expression)) {
      const condition = this.#holds(expression.condition, caught);
      return (
        (condition !== false && this.#mayBe(expression.whenTrue, caught)) ||
        (condition !== true && this.#mayBe(expression.whenFalse, caught))
      );
    }
    if (ts.isCallExpression(expression)) return expression.arguments.some((given) => this.#mayBe(given, caught));
    if (!ts.isIdentifier(expression)) return false;
    if (expression.text === caught.name) return true;
    const value = this.#valueOf(expression);
    return value !== undefined && this.#mayBe(value, caught);
  }

  /** Returns whether a condition holds; undefined if unknown. */
  #holds(expression: ts.Expression, caught: Caught): boolean | undefined {
    if (ts.isParenthesizedExpression(expression)) return this.#holds(expression.expression, caught);
    if (ts.isPrefixUnaryExpression(expression) && expression.operator === ts.SyntaxKind.ExclamationToken) {
      const inner = this.#holds(expression.operand, caught);
      return inner === undefined ? undefined : !inner;
    }
    if (ts.isBinaryExpression(expression)) {
      const { kind } = expression.operatorToken;
      const [left, right] = [this.#holds(expression.left, caught), this.#holds(expression.right, caught)];
      if (kind === ts.SyntaxKind.AmpersandAmpersandToken)
        return left === false || right === false ? false : left === true && right === true ? true : undefined;
      if (kind === ts.SyntaxKind.BarBarToken)
        return left === true || right === true ? true : left === false && right === false ? false : undefined;
      return undefined;
    }
    if (ts.isCallExpression(expression)) return this.#answers(expression, caught);
    const value = ts.isIdentifier(expression) ? this.#valueOf(expression) : undefined;
    return value && this.#holds(value, caught);
  }

  #answers(call: ts.CallExpression, caught: Caught): boolean | undefined {
    const [first, second] = call.arguments;
    const isOfCaught = first !== undefined && ts.isIdentifier(first) && first.text === caught.name;
    if (ts.isIdentifier(call.expression) && call.expression.text === 'isCardwrightError' && isOfCaught) {
      if (second === undefined) return true;
      const type = this.checker.getTypeAtLocation(second);
      return type.isStringLiteral() ? type.value === caught.code : undefined;
    }
    const some = this.#oneOf(call, caught);
    if (some !== undefined || !isOfCaught) return some;
    const declaration = this.checker.getResolvedSignature(call)?.declaration;
    if (!declaration || !ts.isArrowFunction(declaration) || ts.isBlock(declaration.body)) return undefined;
    const [parameter] = declaration.parameters;
    if (parameter === undefined || !ts.isIdentifier(parameter.name)) return undefined;
    return this.#holds(declaration.body, { ...caught, name: parameter.name.text });
  }

  /** `CODES.some((code) => isCardwrightError(caught, code))`. */
  #oneOf({ expression, arguments: given }: ts.CallExpression, { code }: Caught): boolean | undefined {
    const isSome = ts.isPropertyAccessExpression(expression) && expression.name.text === 'some';
    if (!isSome || given[0]?.getText().includes('isCardwrightError') !== true) return undefined;
    const list = ts.isIdentifier(expression.expression) ? this.#valueOf(expression.expression) : undefined;
    const array = list && ts.isAsExpression(list) ? list.expression : list;
    if (!array || !ts.isArrayLiteralExpression(array)) return undefined;
    return array.elements.some((element) => ts.isStringLiteral(element) && element.text === code);
  }

  /** Returns the initializer of a constant. */
  #valueOf(name: ts.Identifier): ts.Expression | undefined {
    const declaration = this.checker.getSymbolAtLocation(name)?.valueDeclaration;
    return declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  }
}
