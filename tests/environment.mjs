import { runInContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** What every program uses, and no test puts something else in the place of. */
const INTRINSICS = [
  'Array',
  'ArrayBuffer',
  'BigInt',
  'Boolean',
  'Buffer',
  'DataView',
  'Error',
  'Function',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Proxy',
  'RangeError',
  'Reflect',
  'RegExp',
  'Set',
  'SharedArrayBuffer',
  'String',
  'Symbol',
  'TypeError',
  'Uint8Array',
  'WeakMap',
  'WeakSet',
];

const ERRORS = [
  'AggregateError',
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
];

/**
 * Jest runs each file of tests in a global object of its own (node:vm). Two things are made there as they are in a plain Node:
 *
 * - Node asks this object again for each name: some hundred times slower than a name of a script. So names that every program uses are made
 *   a script's.
 * - This object has error classes of its own, and what Node throws belongs to Node's. So `instanceof` admits both.
 */
export default class FastEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    runInContext(INTRINSICS.map((name) => `const ${name} = globalThis.${name};`).join('\n'), this.getVmContext());
    admitErrorsOfNode(this.global);
  }
}

function admitErrorsOfNode(global) {
  const ofNode = new Map(ERRORS.map((name) => [global[name], globalThis[name]]));
  const isInstance = Function.prototype[Symbol.hasInstance];
  // The classes that derive from Error inherit this, those of the program too: they stand for themselves alone.
  Object.defineProperty(global.Error, Symbol.hasInstance, {
    value(error) {
      return isInstance.call(this, error) || isInstance.call(ofNode.get(this), error);
    },
  });
}
