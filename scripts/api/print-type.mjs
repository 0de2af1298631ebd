import ts from 'typescript';

const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
/** Definitions of the command table, whose parameters and results are schemas. */
const DEFINITIONS = new Set(['CommandDefinition', 'RequestDefinition']);
/** A schema that chooses among others names one of these twice. */
const FLAT_UNION = /\{[^{}|]*\}(?: \| \{[^{}|]*\})+/g;
/** Number of characters below which a type is repeated rather than named. */
const SHORT = 80;

/**
 * Prints types as a reader thinks of them: a schema as the data that it accepts, and data with a public name as that name. Valibot's own
 * types would repeat every string's regular expression and description wherever the string is used.
 */
export class TypePrinter {
  #checker;
  /** @type {[text: string, name: string][]} the longest first */
  #named;

  /**
   * @param {ts.TypeChecker} checker
   * @param {{ name: string, symbol: ts.Symbol }[]} names of all entries
   */
  constructor(checker, names) {
    this.#checker = checker;
    const shapes = new Map();
    for (const { name, symbol } of names) {
      const type = symbol.flags & ts.SymbolFlags.TypeAlias && checker.getDeclaredTypeOfSymbol(symbol);
      if (!type || !(type.flags & ts.TypeFlags.Object)) continue;
      const text = this.#print(type);
      if (text.startsWith('{') && text.length > SHORT && !shapes.has(text)) shapes.set(text, name);
    }
    this.#named = [...shapes].sort(([a], [b]) => b.length - a.length);
  }

  /**
   * Prints a constant's type if schemas are in it, else undefined: the declaration then says it better.
   *
   * @param {ts.Type} type
   * @returns {string | undefined}
   */
  ofValue(type) {
    return this.#hasSchema(type) ? this.#withNames(this.#printValue(type)) : undefined;
  }

  /**
   * Prints the data of a type that is known by a name.
   *
   * @param {ts.Type} type
   * @param {string} name
   */
  ofData(type, name) {
    return this.#withNames(this.#print(type), name);
  }

  /** @param {ts.Type} type */
  #print(type) {
    const text = this.#checker.typeToString(type, undefined, FLAGS | ts.TypeFormatFlags.InTypeAlias);
    return text.replaceAll(FLAT_UNION, (union) => [...new Set(union.split(' | '))].join(' | '));
  }

  /** @param {ts.Type} type */
  #printValue(type) {
    const output = this.#outputOf(type);
    if (output) return `Schema<${this.#print(output)}>`;
    if (isDefinition(type)) {
      const parts = this.#checker.getTypeArguments(type).map((part) => this.#printValue(part));
      return `${type.symbol.name}<${parts.join(', ')}>`;
    }
    if (!isLiteral(type)) return this.#print(type);
    const members = type.getProperties().map((member) => {
      const name = /^\w+$/.test(member.name) ? member.name : `'${member.name}'`;
      return `${name}: ${this.#printValue(this.#checker.getTypeOfSymbol(member))}`;
    });
    return `{ ${members.join('; ')} }`;
  }

  /** @param {ts.Type} type */
  #hasSchema(type) {
    if (this.#outputOf(type) || isDefinition(type)) return true;
    return (
      isLiteral(type) && type.getProperties().some((member) => this.#hasSchema(this.#checker.getTypeOfSymbol(member)))
    );
  }

  /**
   * Prints the type of the data that a schema of Valibot accepts.
   *
   * @param {ts.Type} type
   */
  #outputOf(type) {
    const types = type.getProperty('~types');
    const output =
      types && this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(types)).getProperty('output');
    return output && this.#checker.getTypeOfSymbol(output);
  }

  /**
   * @param {string} text
   * @param {string} [own] the name that is being explained
   */
  #withNames(text, own) {
    return this.#named.reduce((told, [shape, name]) => (name === own ? told : told.replaceAll(shape, name)), text);
  }
}

/**
 * True for an object that is written as one, and is no function.
 *
 * @param {ts.Type} type
 */
const isLiteral = (type) =>
  ((type.symbol?.flags ?? 0) & (ts.SymbolFlags.ObjectLiteral | ts.SymbolFlags.TypeLiteral)) !== 0 &&
  type.getCallSignatures().length === 0;

/** @param {ts.Type} type */
const isDefinition = (type) => DEFINITIONS.has(type.symbol?.name);
