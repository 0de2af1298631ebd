import { describe, expect, it } from '@jest/globals';
import { commands, isMethod, isUserMethod, type ErrorCode, type Method } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { SLOTS } from '@cardwright/protocol/devices';
import ts from 'typescript';
import { STATUS } from '../../../../native-host/src/applets/fido2/ctap.js';
import { meaningOfCtapStatus, type FidoOperation } from '../../../../native-host/src/applets/fido2/fido-error.js';
import { meaningOfStatusWord, type PivOperation } from '../../../../native-host/src/applets/piv/piv-error.js';
import { SW } from '../../../../native-host/src/iso7816/status-word.js';
import { ThrownCodes } from './thrown-codes.js';

/**
 * Compares the errors that the command table declares with those that the host can throw. It reads the sources: from each handler
 * it walks through all functions that may run, and collects the codes of the errors that they create.
 *
 * - Followed: calls as the compiler resolves them (an interface's method to the classes that implement it), functions passed as
 *   arguments, getters, codes passed as arguments, and the errors that a `catch` swallows or rethrows.
 * - Tried out instead of read: the meaning of status words, for each operation and each named word.
 * - Not known: which status words an operation handles itself, which branches exclude each other, errors kept in a field and
 *   thrown later, and errors of libraries, which are defects. So the walk may demand a code that no card can cause.
 */

/** Errors of connection and parameters, which any command can return and none declares. */
const OF_EVERY_COMMAND: readonly string[] = ['CANCELLED', 'INVALID_PARAMS', 'NOT_INITIALIZED', 'STEP_REQUIRED'];

/** Codes that the walk finds but that cannot happen. */
const IMPOSSIBLE: Partial<Record<Method, readonly string[]>> = {
  // The window offers that only for a FIDO PIN.
  'pin.verify': ['FIDO_PIN_FORGOTTEN'],
  // As above; and a PUK belongs to `pin.unblock` alone, though one function sets both new PINs at a reader.
  'pin.change': ['FIDO_PIN_FORGOTTEN', 'PUK_INCORRECT', 'PUK_BLOCKED'],
  // As above; and a PIN that is not confirmed at the reader is `PIN_UNCONFIRMED`.
  'pin.unblock': ['FIDO_PIN_FORGOTTEN', 'PIN_INCORRECT'],
  // As above; and the rules of the card alone cannot conflict.
  'csr.create': ['FIDO_PIN_FORGOTTEN', 'PIN_RULES_CONFLICT'],
  // A FIDO2 application that answers oddly, or that the system reserves, is ignored.
  'device.open': ['AUTHENTICATOR_ERROR', 'FIDO_UNREACHABLE'],
  // These windows do not offer that.
  'fido.setPin': ['FIDO_PIN_FORGOTTEN'],
  'fido.changePin': ['FIDO_PIN_FORGOTTEN'],
  // The rules of the device alone cannot conflict.
  'fido.deleteCredential': ['FIDO_PIN_FORGOTTEN', 'PIN_RULES_CONFLICT'],
  // Nobody has chosen this PIN, so that is told as a conflict of rules.
  'fido.createCredential': ['PIN_REFUSED_BY_DEVICE'],
  // The library was already loaded when the device was opened.
  'fido.reset': ['HOST_DAMAGED'],
  // `useUp` spends all tries on purpose, with values of the right length, and expects these refusals.
  'device.reset': ['PIN_INCORRECT', 'PIN_BLOCKED', 'PUK_INCORRECT', 'PUK_BLOCKED', 'PIN_RULE_VIOLATED'],
};

/** Each kind of operation, with every other relevant detail. */
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
  { kind: 'moveKey' },
  { kind: 'reset' },
];

/** Each named status word, each counter of tries (ISO/IEC 7816-4, 5.6), and one without a name. */
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

/** Each named CTAP status, and one without a name. */
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
      '@cardwright/protocol/*': [`${ROOT}protocol/src/entries/*.ts`, `${ROOT}protocol/src/*.ts`],
    },
  },
);

/** Returns undefined if the host has no handler. */
function codesThrownBy(method: Method): string[] | undefined {
  if (method === 'step.run')
    return [...thrown.ofMethod('StepGate', 'admit'), ...thrown.ofMethod('DeviceHolder', 'heldDevice')];
  return thrown.ofMember('/native-host/src/commands/', method);
}

const ofHost = Object.keys(commands)
  .filter(isMethod)
  .filter((method) => commands[method].handledBy === 'host');

describe('the errors that the table declares', () => {
  it.each(ofHost)('are exactly those that %s can throw', (method) => {
    const undeclared = [...OF_EVERY_COMMAND, ...(IMPOSSIBLE[method] ?? [])];
    const codes = new Set(codesThrownBy(method)?.filter((code) => !undeclared.includes(code)));
    const declared: readonly ErrorCode[] = commands[method].errors;
    expect([...declared].sort()).toEqual([...codes].sort());
  });

  it('belong to commands that the host has', () => {
    expect(ofHost.filter((method) => codesThrownBy(method) === undefined)).toEqual([]);
  });

  it('can all be found: no error is created with an unknown code', () => {
    expect([...thrown.unresolved]).toEqual([]);
  });
});
