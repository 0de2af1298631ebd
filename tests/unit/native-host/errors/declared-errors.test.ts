import { describe, expect, it } from '@jest/globals';
import {
  SLOTS,
  commands,
  isMethod,
  isUserMethod,
  userRequests,
  type ErrorCode,
  type Method,
} from '@cardwright/protocol';
import ts from 'typescript';
import { STATUS } from '../../../../native-host/src/applets/fido2/ctap.js';
import { meaningOfCtapStatus, type FidoOperation } from '../../../../native-host/src/applets/fido2/fido-error.js';
import { meaningOfStatusWord, type PivOperation } from '../../../../native-host/src/applets/piv/piv-error.js';
import { SW } from '../../../../native-host/src/iso7816/status-word.js';
import { ThrownCodes } from './thrown-codes.js';

/**
 * Compares the errors that the command table declares with those that the host can throw. It reads the sources: from each handler
 * it walks through all functions that may run there, and collects the codes with which errors are made.
 *
 * - Followed: calls by the compiler's own resolution (of an interface's method to the classes that implement it), functions that
 *   are handed on, getters, codes that are given as arguments, and what a `catch` keeps or throws again.
 * - What a status word means is not read but tried out: for each operation, with each word that has a name.
 * - Not known: which status words an operation's own code answers itself, which branches exclude each other, errors that are kept
 *   in a field and thrown later, and errors of libraries, which are defects. So it may ask for a code that no card brings about.
 */

/** Of the connection and of the parameters: any command can give them, and none declares them. */
const OF_EVERY_COMMAND: readonly string[] = ['CANCELLED', 'INVALID_PARAMS', 'NOT_INITIALIZED', 'STEP_REQUIRED'];

/** What the walk finds and cannot happen. */
const IMPOSSIBLE: Partial<Record<Method, readonly string[]>> = {
  // The window offers it for a FIDO PIN alone.
  'pin.verify': ['FIDO_PIN_FORGOTTEN'],
  'pin.change': ['FIDO_PIN_FORGOTTEN'],
  'pin.unblock': ['FIDO_PIN_FORGOTTEN'],
  // The same, and the rules of the card alone contradict nothing.
  'csr.create': ['FIDO_PIN_FORGOTTEN', 'PIN_RULES_CONFLICT'],
  // A FIDO2 application that answers oddly, or that the system keeps for itself, is not looked at any further.
  'device.open': ['AUTHENTICATOR_ERROR', 'FIDO_UNREACHABLE'],
  // These windows do not offer it.
  'fido.setPin': ['FIDO_PIN_FORGOTTEN'],
  'fido.changePin': ['FIDO_PIN_FORGOTTEN'],
  // The rules of the device alone contradict nothing.
  'fido.deleteCredential': ['FIDO_PIN_FORGOTTEN', 'PIN_RULES_CONFLICT'],
  // The library was loaded when the device was opened.
  'fido.createCredential': ['PIN_RULES_CONFLICT', 'HOST_DAMAGED'],
  'fido.reset': ['HOST_DAMAGED'],
  // `useUp` spends all tries on purpose, with values of the right length: these are what it waits for.
  'device.reset': ['PIN_INCORRECT', 'PIN_BLOCKED', 'PUK_INCORRECT', 'PUK_BLOCKED', 'PIN_RULE_VIOLATED'],
};

/** Each kind of operation, with whatever else makes a difference. */
const OPERATIONS: readonly PivOperation[] = [
  { kind: 'select' },
  { kind: 'verifyPin' },
  { kind: 'changePin' },
  { kind: 'changePuk' },
  { kind: 'unblockPin' },
  { kind: 'getWitness' },
  { kind: 'authenticateManagementKey' },
  { kind: 'setManagementKey' },
  { kind: 'generate', authenticated: true },
  { kind: 'generate', authenticated: false },
  ...SLOTS.map((slot) => ({ kind: 'sign', slot }) as const),
  { kind: 'getData' },
  { kind: 'putData' },
  { kind: 'attest' },
  { kind: 'getMetadata' },
  { kind: 'reset' },
];

/** Each that has a name, each counter of tries (ISO/IEC 7816-4, 5.6), and one that has no name. */
const STATUS_WORDS: readonly number[] = [
  ...Object.values(SW).filter((statusWord) => statusWord !== SW.SUCCESS),
  ...Array.from({ length: 0x10 }, (_, tries) => 0x63c0 + tries),
  0x6fff,
];

function codesOfStatusWords(kind: string): readonly string[] {
  const codes = OPERATIONS.filter((one) => one.kind === kind).flatMap((operation) =>
    STATUS_WORDS.map((statusWord) => meaningOfStatusWord(statusWord, operation).code),
  );
  if (codes.length === 0) throw new Error(`the test does not know the operation ${kind}`);
  return [...new Set(codes)];
}

/** Operations of the FIDO2 application. */
const FIDO_OPERATIONS = [
  'getInfo',
  'getPinRetries',
  'getKeyAgreement',
  'setFidoPin',
  'changeFidoPin',
  'getPinToken',
  'getUvToken',
  'makeCredential',
  'getAssertion',
  'deleteCredential',
  'setMinPinLength',
  'resetFido',
  'selection',
] as const satisfies readonly FidoOperation['kind'][];

/** Each CTAP status that has a name, and one that has none. */
const STATUSES: readonly number[] = [...Object.values(STATUS).filter((status) => status !== STATUS.OK), 0xf0];

function codesOfStatuses(kind: string): readonly string[] {
  const operation = FIDO_OPERATIONS.find((one) => one === kind);
  if (operation === undefined) throw new Error(`the test does not know the operation ${kind}`);
  return [...new Set(STATUSES.map((status) => meaningOfCtapStatus(status, { kind: operation }).code))];
}

function codesOfKind(type: string, kind: string): readonly string[] | undefined {
  if (type === 'PivOperation') return codesOfStatusWords(kind);
  return type === 'FidoOperation' ? codesOfStatuses(kind) : undefined;
}

const ROOT = new URL('../../../../', import.meta.url).pathname;
const thrown = new ThrownCodes(
  {
    files: [`${ROOT}native-host/src/commands/card-services.ts`, `${ROOT}native-host/src/server/server.ts`],
    folders: [`${ROOT}native-host/src/`, `${ROOT}protocol/src/`],
    codesOfKind,
    codesOfCall: (method, name) => (method === 'askUser' && isUserMethod(name) ? userRequests[name].errors : undefined),
    opaque: ['meaningOfStatusWord', 'meaningOfCtapStatus', 'validate'],
  },
  {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    noEmit: true,
    paths: {
      '@cardwright/protocol': [`${ROOT}protocol/src/index.ts`],
      '@cardwright/protocol/*': [`${ROOT}protocol/src/*.ts`],
    },
  },
);

/** Undefined where the host has no handler. */
function codesThrownBy(method: Method): string[] | undefined {
  if (method === 'step.run')
    return [...thrown.ofMethod('StepGate', 'admit'), ...thrown.ofMethod('DeviceHolder', 'heldDevice')];
  return thrown.ofMember('/native-host/src/commands/', method);
}

const ofHost = Object.keys(commands)
  .filter(isMethod)
  .filter((method) => commands[method].handledBy === 'host');

describe('the errors that the table declares', () => {
  it.each(ofHost)('are those that %s can give, all of them and no others', (method) => {
    const undeclared = [...OF_EVERY_COMMAND, ...(IMPOSSIBLE[method] ?? [])];
    const codes = new Set(codesThrownBy(method)?.filter((code) => !undeclared.includes(code)));
    const declared: readonly ErrorCode[] = commands[method].errors;
    expect([...declared].sort()).toEqual([...codes].sort());
  });

  it('are of commands that the host has', () => {
    expect(ofHost.filter((method) => codesThrownBy(method) === undefined)).toEqual([]);
  });

  it('are found by literal codes alone: no error is made whose code could be any', () => {
    expect([...thrown.unresolved]).toEqual([]);
  });
});
