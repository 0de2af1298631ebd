import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isResponse, message as messageSchema, type Message } from '@cardwright/protocol/messages';
import { apduNotification, type TraceEntry } from '@cardwright/protocol/trace';
import type { CardState } from '@cardwright/virtual-card';
import * as v from 'valibot';
import { TraceRecord } from '../../extension/src/background/trace-record.js';
import { traces } from '../support/card-secrets.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace } from './support/workplace.js';

/** More APDUs than an issuance has. */
const MOST_APDUS = 80;
const PIN_BYTES = 8;
const PADDING = 0xff;

/** Every PIN, PUK and key that a card had, at each APDU of a session. */
class Secrets {
  readonly #seen = new Map<string, Buffer>();

  note({ pin, puk, managementKey, keys }: CardState): void {
    for (const { value } of [pin, puk]) {
      const padded = Buffer.alloc(PIN_BYTES, PADDING);
      padded.set(value);
      for (const form of [padded, padded.subarray(0, PIN_BYTES - trailing(padded))]) this.#add(form);
    }
    this.#add(Buffer.from(managementKey.key));
    for (const { privateKey } of keys.values()) this.#add(Buffer.from(privateKey));
  }

  get all(): Buffer[] {
    return [...this.#seen.values()];
  }

  #add(secret: Buffer): void {
    this.#seen.set(secret.toString('hex'), Buffer.from(secret));
  }
}

const trailing = (padded: Buffer): number => [...padded].reverse().findIndex((byte) => byte !== PADDING);

/** Records the trace of an extension that saw these messages. */
function recorded(lines: readonly string[]): TraceEntry[] {
  const record = new TraceRecord();
  const session = { id: 'session-1', origin: 'https://cms.example', started: 1 };
  const methods = new Map<unknown, string>();
  for (const line of lines) {
    const parsed = v.safeParse(messageSchema, JSON.parse(line));
    if (!parsed.success) continue;
    const message: Message = parsed.output;
    if ('method' in message && message.method === '$/apdu') {
      const { id, exchange } = v.parse(apduNotification, message.params);
      record.apdu(session, exchange, id === null ? null : String(id));
      continue;
    }
    if ('method' in message && 'id' in message) methods.set(message.id, message.method);
    const method = isResponse(message) ? methods.get(message.id) : undefined;
    record.message(session, message, { hop: { from: 'host', to: 'extension' }, request: null, method });
  }
  return [...record.entries()];
}

/** Finds the secrets that a text contains in any encoding. */
function found(text: string, secrets: readonly Buffer[]): string[] {
  const haystack = Buffer.from(text);
  return secrets
    .filter((secret) => {
      const [ascii = secret, ...encoded] = traces(secret);
      // Six digits of a PIN may occur by chance within a longer number.
      const isWord = new RegExp(`(?<![\\w-])${escaped(ascii.toString('latin1'))}(?![\\w-])`).test(text);
      return isWord || encoded.some((form) => haystack.includes(form));
    })
    .map((secret) => secret.toString('hex'));
}

const escaped = (text: string): string => text.replace(/[^\w]/g, '\\$&');

const pool = new KeyPool();
let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});
afterAll(() => cms.close());

describe('the trace of an issuance, APDUs and all', () => {
  it.each(['yubikey', 'piv'] as const)('contains none of the secrets of a %s', async (profile) => {
    await cms.clear();
    const workplace = await Workplace.open({ cms, profile, keys: pool.source(), apdus: true });
    const secrets = new Secrets();
    const note = (): void => secrets.note(workplace.card.state);
    note();
    const ambushes = Array.from({ length: MOST_APDUS }, (_, index) => ({ at: index + 1, strike: note }));
    const end = await workplace.session('issue', { ambushes: () => ambushes });
    note();
    expect(end).toMatchObject({ kind: 'answered', answer: { state: 'done' } });

    const entries = recorded(workplace.trace);
    const apdus = entries.flatMap((entry) => (entry.kind === 'apdu' ? [entry.exchange] : []));
    expect(apdus.length).toBeGreaterThanOrEqual(workplace.apdusOfOperation);
    const told = new Set(apdus.map(({ instruction }) => instruction));
    for (const one of ['VERIFY', 'CHANGE REFERENCE DATA', 'GENERAL AUTHENTICATE', 'PUT DATA'])
      expect(told).toContain(one);
    expect(new Set(apdus.map(({ method }) => method))).toContain('credentials.apply');
    // PINs: factory, initial and user's; PUKs: factory and new; the management key, if changed; and the private keys.
    expect(secrets.all.length).toBeGreaterThan(8);
    expect(found(JSON.stringify(entries), secrets.all)).toEqual([]);
    expect(found(workplace.trace.filter((line) => line.includes('$/apdu')).join('\n'), secrets.all)).toEqual([]);
  });
});
