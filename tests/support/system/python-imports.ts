import { literalsIn } from './literals.js';

const FROM = /(?:^|[;\n])[ \t]*from (\w+)[\w.]* import /g;
const IMPORT = /(?:^|[;\n])[ \t]*import ([\w., ]+)(?=[;\n]|$)/g;

/** Returns the top-level modules that a Python program imports, each once. */
export function modulesIn(python: string): string[] {
  const from = [...python.matchAll(FROM)].map(([, name = '']) => name);
  const whole = [...python.matchAll(IMPORT)].flatMap(([, names = '']) => names.split(','));
  return [...new Set([...from, ...whole.map((name) => name.trim().split(/[ .]/)[0] ?? '')])];
}

/** Returns the modules of the Python programs in a TypeScript source's string literals. */
export function modulesInLiterals(typescript: string): string[] {
  if (!/python/i.test(typescript)) return [];
  return [...new Set(literalsIn(typescript).flatMap(modulesIn))];
}
