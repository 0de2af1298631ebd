import ts from 'typescript';

/** A place in a source that reads a clock to measure or to compare it. */
export interface ClockReading {
  readonly line: number;
  readonly written: string;
}

/** What only measures: clocks that tell no date, and what a process has used of a processor. */
const MEASURES = new Set(['performance.now', 'process.hrtime', 'process.cpuUsage', 'processorTime', 'resourceUsage']);
/** Every text that reads a clock has one of these words. */
const MAY_READ = /\bperformance\b|hrtime|cpuUsage|processorTime|resourceUsage|\bDate\b/;
const ORDERS = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);
const MATCHER = /^toBe(?:Less|Greater)Than(?:OrEqual)?$|^toBeCloseTo$/;
const CONSTANT = /^[A-Z][A-Z0-9_]*$/;

/**
 * Finds the places in a source that measure time or compare it: each use of a clock that tells no date; the difference of a date's clock and a moment; and
 * each comparison of a date's clock with a number of milliseconds. A moment that is computed, as in `new Date(Date.now() - DAY)`, is no such place, and
 * neither is `jest.now()`, which tests use where they move the clock themselves.
 *
 * @param text TypeScript or JavaScript
 */
export function clockReadings(file: string, text: string): ClockReading[] {
  if (!MAY_READ.test(text)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: ClockReading[] = [];
  const visit = (node: ts.Node): void => {
    if (isMeasure(node) || isAge(node) || isComparison(node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      found.push({ line, written: node.getText(source) });
    }
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

/** True for `performance.now` and the like, and for one that is taken out of its object or called by its own name. */
function isMeasure(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    const [object = ''] = node.expression.getText().split('.').slice(-1);
    return MEASURES.has(`${object}.${node.name.text}`) || MEASURES.has(node.name.text);
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return MEASURES.has(node.expression.text);
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name) || !node.initializer) return false;
  const object = node.initializer.getText();
  return node.name.elements.some(({ propertyName, name }) =>
    MEASURES.has(`${object}.${(propertyName ?? name).getText()}`),
  );
}

/** True for a clock that tells dates: `Date.now()`, `new Date()` as a number, `+new Date()`. */
function isClock(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return isClock(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return isClock(node.operand);
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression, name } = node.expression;
  if (name.text === 'now') return expression.getText() === 'Date';
  return ['getTime', 'valueOf'].includes(name.text) && isClock(expression);
}

/** True for a difference that is the age of a moment, or what is left until it. */
function isAge(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.MinusToken) return false;
  if (isClock(node.right)) return true;
  return isClock(node.left) && !isSpan(node.right) && !isDate(node.parent);
}

const isDate = (node: ts.Node): boolean => ts.isNewExpression(node) && node.expression.getText() === 'Date';

/** True for a number of milliseconds: a number, a constant, or a product with one. */
function isSpan(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return isSpan(node.expression);
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isIdentifier(node)) return CONSTANT.test(node.text);
  return ts.isBinaryExpression(node) && (isSpan(node.left) || isSpan(node.right));
}

/** True for a comparison by order in which a clock is reckoned with, and for one that `expect` makes of a clock. */
function isComparison(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node) && ORDERS.has(node.operatorToken.kind))
    return [node.left, node.right].some(reckonsWithClock);
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  if (!MATCHER.test(node.expression.name.text)) return false;
  return hasClock(node.expression.expression) || node.arguments.some(reckonsWithClock);
}

const hasClock = (node: ts.Node): boolean =>
  isClock(node) || ts.forEachChild(node, (one) => hasClock(one) || undefined) === true;

const reckonsWithClock = (node: ts.Node): boolean =>
  (ts.isBinaryExpression(node) && hasClock(node)) ||
  ts.forEachChild(node, (one) => reckonsWithClock(one) || undefined) === true;
