import { parseArgs } from 'node:util';
import type { CommandFacts } from '../command-facts.js';
import { STANDARD_INPUT } from './read-password.js';

const STRING = { type: 'string' } as const;

/** The options of `init`. */
const OPTIONS = {
  origin: { ...STRING, value: 'URL', summary: 'Sets the address that people open.' },
  'database-url-file': {
    ...STRING,
    value: 'FILE',
    summary: 'Takes the address of the PostgreSQL database from a file, or from the input if FILE is -.',
  },
  'trusted-proxies': { ...STRING, value: 'LIST', summary: 'Sets the addresses of the proxies in front of the portal.' },
  host: { ...STRING, value: 'ADDRESS', summary: 'Sets the address on which the portal listens.' },
  'authority-name': {
    ...STRING,
    value: 'TEXT',
    summary: 'Names the embedded certification authority, as certificates will name it.',
  },
  operator: { ...STRING, value: 'NAME', summary: 'Names the first administrator, who has a local account.' },
  'display-name': { ...STRING, value: 'TEXT', summary: 'Says what the portal calls the administrator.' },
  'password-file': {
    ...STRING,
    value: 'FILE',
    summary: 'Takes the password from a file, or from the input if FILE is -. Nothing is then asked.',
  },
  provider: { ...STRING, value: 'NAME', summary: 'Names the OpenID provider in settings and addresses.' },
  'provider-title': { ...STRING, value: 'TEXT', summary: 'Says what the sign-in page calls the provider.' },
  issuer: { ...STRING, value: 'URL', summary: 'Sets the address of the provider from which administrators come.' },
  'client-id': { ...STRING, value: 'TEXT', summary: 'Sets the name by which the provider knows the portal.' },
  'client-secret-file': {
    ...STRING,
    value: 'FILE',
    summary: "Takes the provider's secret from a file, or from the input if FILE is -. Nothing is then asked.",
  },
  administrators: {
    ...STRING,
    value: 'GROUP',
    summary: "Names the provider's group whose members are administrators.",
  },
  'vendor-certificates': {
    ...STRING,
    value: 'PATH',
    summary: "Imports vendors' certificates from a file or a folder.",
  },
} as const satisfies CommandFacts['options'];
export type Option = keyof typeof OPTIONS;

/** The facts of the command. */
export const INIT = {
  name: 'init',
  options: OPTIONS,
  summary: 'Sets up a new portal: its settings, keys, tables and first administrator.',
  more: ['At a terminal it asks for what is not set yet, and changes nothing before the last answer.'],
  examples: [
    { line: 'init', summary: 'Asks for everything, and checks the result.' },
    {
      line: 'init --operator alice --display-name "Alice Smith" --password-file /root/password',
      summary: 'Asks nothing, as in a script.',
    },
  ],
} as const satisfies CommandFacts;

/** The values of the options that were given. */
export type Given = Readonly<Partial<Record<Option, string>>>;

/** Options that only make sense together with a provider, and those without which there is no provider. */
const OF_PROVIDER: readonly Option[] = [
  'provider',
  'provider-title',
  'issuer',
  'client-id',
  'client-secret-file',
  'administrators',
];
const NEEDED_OF_PROVIDER: readonly Option[] = ['issuer', 'client-id', 'client-secret-file', 'administrators'];
const OF_ACCOUNT: readonly Option[] = ['operator', 'display-name', 'password-file'];
const FILES: readonly Option[] = ['database-url-file', 'password-file', 'client-secret-file'];

/**
 * Reads the arguments. Returns undefined if the arguments are wrong. No message quotes an unknown argument, because the argument may be a
 * password.
 */
export function readOptions(args: readonly string[]): Given | undefined {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch {
    return undefined;
  }
}

/** True if the options say who the first administrator is, as those of a script do. Nothing is then asked. */
export const isComplete = (given: Given): boolean =>
  given['password-file'] !== undefined || given['client-secret-file'] !== undefined;

/** True if the first administrator comes from a provider, and false for a local account; undefined if the options do not say. */
export function comesFromProvider(given: Given): boolean | undefined {
  if (OF_PROVIDER.some((name) => given[name] !== undefined)) return true;
  return OF_ACCOUNT.some((name) => given[name] !== undefined) ? false : undefined;
}

/**
 * Checks that the options fit together.
 *
 * @param isAsked set if a person at a terminal is asked for what is missing
 * @throws Error with words for the administrator, which name the options that are missing or exclude each other
 */
export function requireConsistent(given: Given, isAsked: boolean): void {
  const has = (name: Option): boolean => given[name] !== undefined;
  const [account, provider] = [OF_ACCOUNT.find(has), OF_PROVIDER.find(has)];
  if (account !== undefined && provider !== undefined)
    throw new Error(`--${account} and --${provider} exclude each other. Nothing was changed`);
  const [first, second] = FILES.filter((name) => given[name] === STANDARD_INPUT);
  if (first !== undefined && second !== undefined)
    throw new Error(`--${first} and --${second} cannot both be standard input. Nothing was changed`);
  if (isAsked && first !== undefined)
    throw new Error(`--${first} cannot be standard input, which is the terminal. Nothing was changed`);
  if (isAsked) return;
  const missing = provider === undefined ? [] : NEEDED_OF_PROVIDER.filter((name) => !has(name));
  if (missing.length > 0)
    throw new Error(`missing: ${missing.map((name) => `--${name}`).join(', ')}. Nothing was changed`);
  if (provider === undefined && !has('password-file'))
    throw new Error('there is no terminal to ask for a password. Give --password-file, or a provider with --issuer');
}
