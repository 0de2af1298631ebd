#!/usr/bin/env node
/**
 * A native host without a card, for tests of the extension: real frames over stdio, real sealing, made-up devices.
 * It records the messages that it receives and the secrets that it can unseal, as JSON lines in the file
 * CARDWRIGHT_FAKE_HOST_LOG. When it starts, it reads its fault from the file CARDWRIGHT_FAKE_HOST_FAULT. For each passkey it
 * reads its deviations from the file CARDWRIGHT_FAKE_HOST_PASSKEYS. host-fault.ts describes both.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { CardwrightError } from '@cardwright/protocol';
import { seal, unseal } from '@cardwright/protocol/sealing';
import { models } from '@cardwright/words/en/dialogs/models';

const {
  CARDWRIGHT_FAKE_HOST_LOG: LOG,
  CARDWRIGHT_FAKE_HOST_FAULT: FAULT_FILE,
  CARDWRIGHT_FAKE_HOST_PASSKEYS: PASSKEYS_FILE,
} = process.env;
const FAULT = readFileSync(FAULT_FILE, 'utf8');
const LENGTH_BYTES = 4;
const SOON_MS = 1_000;
const PROTOCOLS = { older: { major: 0, minor: 9 }, newer: { major: 9, minor: 0 } };
const REFUSED_PIN = '246810';
const WRONG_PIN = '999999';
const FIDO_RULES = { minLength: 6, forbidTrivial: true };
const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };

const note = (entry) => appendFileSync(LOG, `${JSON.stringify(entry)}\n`);
note({ started: process.pid });
process.on('exit', () => note({ ended: process.pid }));
if (FAULT === 'crash') process.exit(1);
if (FAULT === 'junk') console.log('this is no frame');

const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
const { kty, crv, x, y } = await exportJWK(publicKey);
const session = await calculateJwkThumbprint({ kty, crv, x, y });
let origin = null;
let windowKey = null;

const device = {
  id: 'serial:12345678',
  provisional: false,
  reader: 'Fake Reader 00 00',
  atr: 'O_0TAACBMf4VgHPAIcBXWXViaUtleUA',
  state: 'ready',
  model: 'yubikey',
  modelName: models.yubikey,
  firmware: '5.7.1',
  serial: '12345678',
  guid: null,
  applications: ['piv', 'fido2'],
  fido2: {
    versions: ['FIDO_2_1'],
    aaguid: 'a25342c0-3cdc-4414-8e46-f4807fca511c',
    pinSet: true,
    minPinLength: 6,
    forcePinChange: false,
    pinComplexity: false,
    alwaysUv: false,
    credentialManagement: true,
    canSetMinPinLength: true,
    enterpriseAttestation: null,
    resetTransports: null,
  },
  capabilities: { serial: true, metadata: true, attestation: true, changeManagementKey: true, reset: true },
  certificates: [],
  pin: { retriesLeft: 3, blocked: false, isDefault: true },
  puk: { retriesLeft: 3, blocked: false, isDefault: true },
  managementKey: { algorithm: 'AES-192', isDefault: true },
};

const STOPPED = { id: 'pcsc', outcome: 'failed', code: 'PCSC_UNAVAILABLE', detail: 'pcscd does not run.' };

/** The handlers of the commands; their second parameter is the request's id. */
const handlers = {
  initialize: (params) => {
    ({ origin, windowKey } = params);
    if (FAULT === 'crash-answered') setTimeout(() => process.exit(1));
    if (FAULT === 'crash-later') setTimeout(() => process.exit(1), SOON_MS);
    return {
      protocol: PROTOCOLS[FAULT] ?? params.protocol.max,
      host: '0.1.0',
      capabilities: ['session', 'step', 'policy', 'device', 'piv'],
      session: { key: { kty, crv, x, y } },
      ...(['newer', 'untrue'].includes(FAULT) ? { greeting: 'hello' } : {}),
    };
  },
  'device.list': () => ({ readers: FAULT === 'no-reader' ? [] : [device.reader], devices: [device] }),
  'device.open': () => {
    send({ jsonrpc: '2.0', method: 'device.changed', params: { readers: [device.reader], devices: [device] } });
    return { device };
  },
  'device.close': () => ({}),
  // Only the extension itself has this origin, for a support file.
  'diagnostics.run': (_, id) => (origin.endsWith('.invalid') ? { checks: [STOPPED] } : untilCancelled(id)),
  'pin.getStatus': () => process.exit(1),
  'object.read': () => ({ content: 42 }),
  'pin.verify': ({ pinpad }, id) =>
    pinpad ? sendToReader(id, { entries: ['pin'], retriesLeft: 3 }) : askFor(id, { secrets: ['pin'], retriesLeft: 3 }),
  'pin.change': async ({ rules, shared = false, pinpad, secrets }, id) => {
    if (pinpad) return changeAtReader(id);
    const isFirst = secrets.pin.source === 'session';
    const asked = isFirst ? ['newPin'] : ['pin', 'newPin'];
    const wanted = { secrets: asked, rules: rules ?? RULES, isFirst, isShared: shared, mayAskAgain: true };
    let problem = null;
    do {
      const entered = await askFor(id, { ...wanted, problem });
      problem = problemOf(entered);
    } while (problem !== null);
    return {};
  },
  'pin.unblock': (_, id) => askFor(id, { secrets: ['newPin', 'puk'], retriesLeft: 1 }),
  'fido.changePin': async (_, id) => {
    await askFor(id, { secrets: ['fidoPin', 'newFidoPin'], fidoRules: FIDO_RULES, retriesLeft: 8 });
    return {};
  },
  'step.run': async ({ jws }, id) => {
    const step = readStep(jws);
    if (step === null) {
      progress(id, { kind: 'command', method: 'device.reset', index: 0, count: 1 });
      await ask('user.confirm', { action: 'reset', device });
      return { outcomes: [{ method: 'device.reset', result: { device } }] };
    }
    const outcomes = [];
    for (const command of step.commands) {
      outcomes.push({ method: command.method, result: await inStep[command.method](command.params, step, id) });
    }
    return { outcomes };
  },
  // No page could make a working host do this.
  'certificate.read': () => createPasskey({}, {}),
};

/** Handlers of commands in a step. This host does not check steps, so the extension must. */
const inStep = {
  'fido.setPin': async ({ devicePinRules }, step, id) => {
    const both = devicePinRules && { suitsBoth: devicePinRules };
    await askFor(id, { secrets: ['newFidoPin'], operation: step.operation, fidoRules: FIDO_RULES, ...both });
    return { device };
  },
  'device.confirmErasure': async ({ fido }) => {
    const action = fido && { reset: 'reset-all', shared: 'reset-shared' }[fido];
    await ask('user.confirm', { action: action ?? 'reset', device });
    return {};
  },
  'fido.reset': async () => {
    await ask('user.confirm', { action: 'reset-fido', device, isLongTouch: true });
    return { device };
  },
  'fido.createCredential': async (params, step, id) => {
    const { mayForget } = params;
    if (params.way === 'host') {
      const wanted = { secrets: ['fidoPin'], operation: step.operation, retriesLeft: 8, mayForget };
      await askFor(id, wanted);
      throw new CardwrightError('CANCELLED');
    }
    const orders = readPasskeyOrders();
    const first = createPasskey(params, step);
    if (orders.twice) note({ second: await createPasskey(params, step).catch(({ code }) => code) });
    const { registration } = await first;
    return { registration, proof: null, device };
  },
};

/** Has the browser create a passkey as a step orders, or as a test deviates. */
async function createPasskey({ way, origin: at, options }, { operation }) {
  const { asks = {}, temporaryPin = null, sealedFor = {} } = readPasskeyOrders();
  const bound = { origin, operation, device: device.id, session, purpose: 'temporaryPin', ...sealedFor };
  const sealed = temporaryPin && (await seal(Buffer.from(temporaryPin), windowKey, bound));
  const asked = { way, origin: at, options, device, operation, temporaryPin: sealed, ...asks };
  return ask('user.createPasskey', asked);
}

const readPasskeyOrders = () => (existsSync(PASSKEYS_FILE) ? JSON.parse(readFileSync(PASSKEYS_FILE, 'utf8')) : {});

/** Reads a step without verifying its signature. */
function readStep(jws) {
  try {
    return JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString());
  } catch {
    return null;
  }
}

/** Says why a change of the PIN is refused; null if it is not. */
function problemOf({ pin, newPin }) {
  if (pin === WRONG_PIN) return 'PIN_INCORRECT';
  return newPin === REFUSED_PIN ? 'PIN_REFUSED_BY_DEVICE' : null;
}

/** Asks the user, as a real host does, and unseals the answer. */
async function askFor(id, wanted) {
  progress(id, { kind: 'user' });
  const nothing = { operation: null, fidoRules: null, mayForget: false, retriesLeft: null, problem: null };
  const params = { device, rules: RULES, ...nothing, ...wanted };
  const { sealed } = await ask('user.enterSecrets', params);
  const entered = {};
  for (const [purpose, jwe] of Object.entries(sealed)) {
    const bound = { origin, operation: params.operation, device: device.id, session, purpose };
    entered[purpose] = Buffer.from(await unseal(jwe, privateKey, bound)).toString();
  }
  note({ entered });
  return method(id) === 'pin.change' ? entered : {};
}

/** Sends the user to the reader, as a real host does. */
function sendToReader(id, wanted) {
  progress(id, { kind: 'user' });
  return ask('user.useReader', { device, operation: null, rules: RULES, retriesLeft: null, problem: null, ...wanted });
}

/** Changes a PIN at a reader whose user enters the new PIN differently at first, and then does not confirm it rightly. */
async function changeAtReader(id) {
  const entries = ['pin', 'newPin', 'newPinAgain', 'confirmPin'];
  await sendToReader(id, { entries, retriesLeft: 3 });
  await soon();
  await sendToReader(id, { entries, retriesLeft: 3, problem: 'PIN_ENTRIES_DIFFER' });
  await soon();
  await sendToReader(id, { entries: ['confirmPin'], retriesLeft: 2, problem: 'PIN_INCORRECT' });
  await soon();
  return {};
}

const soon = () => new Promise((resolve) => setTimeout(resolve, SOON_MS));

const asked = new Map();
const cancelled = new Map();
const running = new Map();
const method = (id) => running.get(id);
let lastId = 0;

function ask(name, params) {
  const id = `host-${++lastId}`;
  send({ jsonrpc: '2.0', id, method: name, params });
  return new Promise((resolve, reject) => asked.set(id, { resolve, reject }));
}

function untilCancelled(id) {
  progress(id, { kind: 'waiting' });
  return new Promise((_, reject) => cancelled.set(id, () => reject(new CardwrightError('CANCELLED'))));
}

/** Withdraws the question to the user for a cancelled request. */
function cancel(id) {
  cancelled.get(id)?.();
  for (const question of asked.keys()) {
    send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: question } });
  }
}

const progress = (id, params) => send({ jsonrpc: '2.0', method: '$/progress', params: { id, ...params } });

function send(message) {
  const body = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(body.length);
  process.stdout.write(Buffer.concat([length, body]));
}

async function receive(message) {
  note({ received: message });
  if (FAULT === 'silent') return;
  if (message.method === '$/cancelRequest') cancel(message.params.id);
  else if (message.method === undefined) settle(message);
  else await serve(message);
}

function settle({ id, result, error }) {
  const question = asked.get(id);
  asked.delete(id);
  if (error) question?.reject(CardwrightError.fromWire(error));
  else question?.resolve(result);
}

async function serve({ id, method: name, params }) {
  running.set(id, name);
  try {
    send({ jsonrpc: '2.0', id, result: await handlers[name](params, id) });
  } catch (error) {
    send({ jsonrpc: '2.0', id, error: error.toWire() });
  }
}

let input = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  input = Buffer.concat([input, chunk]);
  while (input.length >= LENGTH_BYTES && input.length >= LENGTH_BYTES + input.readUInt32LE()) {
    const end = LENGTH_BYTES + input.readUInt32LE();
    const message = JSON.parse(input.subarray(LENGTH_BYTES, end).toString());
    input = input.subarray(end);
    void receive(message);
  }
});
process.stdin.on('end', () => process.exit(0));
