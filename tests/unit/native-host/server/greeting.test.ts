import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHostServer, Log } from '@cardwright/native-host/in-process';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE, type Message } from '@cardwright/protocol/messages';
import { answerFirst, HOST_CAPABILITIES } from '../../../../native-host/src/server/greeting.js';
import { makeSessionKey, type SessionKey } from '../../../../native-host/src/server/session-key.js';
import { NO_PASSKEYS } from '../../../support/extension-facts.js';

const PARAMS = {
  protocol: PROTOCOL_RANGE,
  sdk: '1',
  extension: '1',
  origin: 'https://cms.example',
  cms: null,
  ...NO_PASSKEYS,
};
const POLICY = { allowedDevices: ['yubikey'], pinRules: null, logLevel: 'info' };
const LATER = { major: PROTOCOL_RANGE.max.major + 1, minor: 0 };

const initialize = (params: object = PARAMS, id: unknown = 1) => ({ jsonrpc: '2.0', id, method: 'initialize', params });

describe('the first answer', () => {
  let key: SessionKey;
  beforeAll(() => {
    key = makeSessionKey();
  });

  /** Answers a message as the whole host does. */
  async function answerOfServer(message: unknown): Promise<Message | undefined> {
    const sent: Message[] = [];
    const host = await createHostServer({
      loadBinding: () => Promise.reject(new Error('no reader is needed')),
      send: (answer) => sent.push(answer as Message),
      die: () => undefined,
      log: new Log(() => undefined),
    });
    host.receive(message);
    await new Promise(setImmediate);
    await host.close();
    return sent[0];
  }

  it('is that of the whole host, but for the key', async () => {
    const answer = answerFirst(initialize(), key.publicKey)?.answer;
    expect(answer).toMatchObject({
      host: PRODUCT_VERSION,
      protocol: PROTOCOL_RANGE.max,
      session: { key: { kty: 'EC', crv: 'P-256' } },
    });
    const whole = await answerOfServer(initialize());
    expect({ jsonrpc: '2.0', id: 1, result: { ...answer, session: expect.anything() } }).toEqual(whole);
  });

  it('lists each capability for which there are handlers, and no other', async () => {
    const whole = await answerOfServer(initialize());
    expect(whole).toMatchObject({ result: { capabilities: HOST_CAPABILITIES } });
  });

  it('tells the session who asks, and what the administrator demands', () => {
    const first = answerFirst(initialize({ ...PARAMS, policy: POLICY }, 'first'), key.publicKey);
    expect(first).toMatchObject({
      id: 'first',
      peer: { origin: 'https://cms.example', protocol: PROTOCOL_RANGE.max, policy: POLICY },
    });
    expect(answerFirst(initialize(), key.publicKey)?.peer.policy).toEqual({
      allowedDevices: null,
      pinRules: null,
      logLevel: null,
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no request', { jsonrpc: '2.0', method: 'initialize', params: PARAMS }],
    ['another method', { ...initialize(), method: 'device.list' }],
    ['an id that is too long', initialize(PARAMS, 'x'.repeat(65))],
    ['no parameters', { jsonrpc: '2.0', id: 1, method: 'initialize' }],
    ['an unknown parameter', initialize({ ...PARAMS, pin: '123456' })],
    ['another origin than that of a page', initialize({ ...PARAMS, origin: 'file:///etc/passwd' })],
    ['versions that have nothing in common', initialize({ ...PARAMS, protocol: { min: LATER, max: LATER } })],
  ])('is left to the session for %s', (_, message) => {
    expect(answerFirst(message, key.publicKey)).toBeNull();
  });

  it('has a key that no other session has', () => {
    expect(makeSessionKey().publicKey.x).not.toBe(key.publicKey.x);
  });
});
