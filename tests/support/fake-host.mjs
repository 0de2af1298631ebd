#!/usr/bin/env node
/**
 * A native host without a card, for tests of the extension: real frames over stdio, real sealing, made-up devices.
 * It notes what it receives, and what it could unseal, as JSON lines in the file CARDWRIGHT_FAKE_HOST_LOG. What is wrong
 * with it stands in the file CARDWRIGHT_FAKE_HOST_FAULT, read at its start: see `HostFault` in extension-stage.ts.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { CardwrightError, unseal } from '@cardwright/protocol';

const { CARDWRIGHT_FAKE_HOST_LOG: LOG, CARDWRIGHT_FAKE_HOST_FAULT: FAULT_FILE } = process.env;
const FAULT = readFileSync(FAULT_FILE, 'utf8');
const LENGTH_BYTES = 4;
const SOON_MS = 1_000;
const PROTOCOLS = { older: { major: 0, minor: 9 }, newer: { major: 9, minor: 0 } };
const REFUSED_PIN = '246810';
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

const device = {
  id: 'serial:12345678',
  provisional: false,
  reader: 'Fake Reader 00 00',
  atr: 'O_0TAACBMf4VgHPAIcBXWXViaUtleUA',
  state: 'ready',
  model: 'yubikey',
  modelName: 'YubiKey 5',
  firmware: '5.7.1',
  serial: '12345678',
  guid: null,
  applications: ['piv'],
  capabilities: { serial: true, metadata: true, attestation: true, changeManagementKey: true, reset: true },
  certificates: [],
  pin: { retriesLeft: 3, blocked: false, isDefault: true },
  puk: { retriesLeft: 3, blocked: false, isDefault: true },
  managementKey: { algorithm: 'AES-192', isDefault: true },
};

const STOPPED = { id: 'pcsc', outcome: 'failed', code: 'PCSC_UNAVAILABLE', detail: 'pcscd does not run.' };

/** What each command does; the second parameter is the request's id. */
const handlers = {
  initialize: (params) => {
    origin = params.origin;
    if (FAULT === 'crash-answered') setTimeout(() => process.exit(1));
    if (FAULT === 'crash-later') setTimeout(() => process.exit(1), SOON_MS);
    return {
      protocol: PROTOCOLS[FAULT] ?? params.protocol.max,
      host: '0.1.0',
      capabilities: ['session', 'step', 'device', 'piv'],
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
  // The extension itself, which no origin is: it asks for a support file.
  'diagnostics.run': (_, id) => (origin.endsWith('.invalid') ? { checks: [STOPPED] } : untilCancelled(id)),
  'pin.getStatus': () => process.exit(1),
  'object.read': () => ({ content: 42 }),
  'pin.verify': (_, id) => askFor(id, { secrets: ['pin'], retriesLeft: 3 }),
  'pin.change': async ({ rules }, id) => {
    let entered = await askFor(id, { secrets: ['newPin'], rules: rules ?? RULES });
    while (entered.newPin === REFUSED_PIN) {
      entered = await askFor(id, { secrets: ['newPin'], rules: rules ?? RULES, problem: 'PIN_REFUSED_BY_DEVICE' });
    }
    return {};
  },
  'pin.unblock': (_, id) => askFor(id, { secrets: ['newPin', 'puk'], retriesLeft: 1 }),
  'step.run': async (_, id) => {
    progress(id, { kind: 'command', method: 'device.reset', index: 0, count: 1 });
    await ask('user.confirm', { action: 'reset', device });
    return { outcomes: [{ method: 'device.reset', result: { device } }] };
  },
};

/** Asks the user, as a real host does, and unseals what comes back. */
async function askFor(id, wanted) {
  progress(id, { kind: 'user' });
  const params = { device, operation: null, rules: RULES, retriesLeft: null, problem: null, ...wanted };
  const { sealed } = await ask('user.enterSecrets', params);
  const entered = {};
  for (const [purpose, jwe] of Object.entries(sealed)) {
    const bound = { origin, operation: null, device: device.id, session, purpose };
    entered[purpose] = Buffer.from(await unseal(jwe, privateKey, bound)).toString();
  }
  note({ entered });
  return method(id) === 'pin.change' ? entered : {};
}

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
  if (message.method === '$/cancelRequest') cancelled.get(message.params.id)?.();
  else if (message.method === undefined) settle(message);
  else await serve(message);
}

function settle({ id, result, error }) {
  if (error) asked.get(id)?.reject(CardwrightError.fromWire(error));
  else asked.get(id)?.resolve(result);
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
