import { describe, expect, it } from '@jest/globals';
import { Authenticator } from '../../../../native-host/src/applets/fido2/authenticator.js';
import { cborMap, isArray, isBytes, isMap, requiredMember } from '../../../../native-host/src/applets/fido2/cbor.js';
import { COMMAND } from '../../../../native-host/src/applets/fido2/ctap.js';
import { fidoPinOf } from '../../../../native-host/src/applets/fido2/fido-pin.js';
import type { CredentialOrder } from '../../../../native-host/src/applets/fido2/make-credential.js';
import { FakeAuthenticator } from './fake-authenticator.js';

const PIN = 'Grün 4711';
const RP_ID = 'login.example';
const HASH = new Uint8Array(32).fill(9);
const idOf = (seed: number, length = 32): Uint8Array => new Uint8Array(length).fill(seed);

const order = (changes: Partial<CredentialOrder> = {}): CredentialOrder => ({
  clientDataHash: HASH,
  rp: { id: RP_ID, name: 'Example' },
  user: { id: Uint8Array.of(1), name: 'lena', displayName: 'Lena' },
  algorithms: [-7, -257],
  excludeList: [],
  residentKey: true,
  userVerification: 'required',
  extensions: {},
  ...changes,
});

async function open(prepare: (fake: FakeAuthenticator) => void = () => undefined) {
  const fake = new FakeAuthenticator();
  prepare(fake);
  const authenticator = await Authenticator.open(fake);
  if (!authenticator) throw new Error('it knows no CTAP2');
  return { fake, authenticator };
}
const withPin = (prepare: (fake: FakeAuthenticator) => void = () => undefined) =>
  open((fake) => {
    fake.setPin(PIN);
    prepare(fake);
  });

describe('an authenticator', () => {
  it('is not recognised if it knows only CTAP1', async () => {
    const fake = new FakeAuthenticator();
    fake.refusals.set(COMMAND.GET_INFO, 0x01);
    expect(await Authenticator.open(fake)).toBeNull();
  });

  it('reports its facts, which change once it has a PIN', async () => {
    const { authenticator } = await open((fake) => {
      fake.info.set(0x0d, 6).set(0x1a, ['nfc', 'usb']).set(0x1b, true);
    });
    expect(authenticator.facts()).toEqual({
      versions: ['FIDO_2_0', 'FIDO_2_1'],
      aaguid: '07070707-0707-0707-0707-070707070707',
      pinSet: false,
      minPinLength: 6,
      forcePinChange: false,
      pinComplexity: true,
      alwaysUv: false,
      credentialManagement: true,
      canSetMinPinLength: true,
      enterpriseAttestation: null,
      resetTransports: ['nfc', 'usb'],
    });
    await authenticator.setPin(fidoPinOf(PIN));
    expect(authenticator.facts().pinSet).toBe(true);
  });
});

describe('the PIN', () => {
  it.each([[[2, 1]], [[1]]])('is set and changed with the protocols %j', async (protocols) => {
    const { fake, authenticator } = await open((one) => one.info.set(6, protocols));
    await authenticator.setPin(fidoPinOf(PIN));
    expect(fake.hasPin(PIN)).toBe(true);
    await authenticator.changePin(fidoPinOf(PIN), fidoPinOf('another one'));
    expect(fake.hasPin('another one')).toBe(true);
  });

  it('is the same in any Unicode composition', async () => {
    const { fake, authenticator } = await open();
    await authenticator.setPin(fidoPinOf('Gru\u0308n 4711'));
    expect(fake.hasPin('Gr\u00fcn 4711')).toBe(true);
  });

  it('is zeroed, old and new, whatever the outcome', async () => {
    const { authenticator } = await withPin();
    const pins = [fidoPinOf('wrong one'), fidoPinOf('new one'), fidoPinOf('x'), fidoPinOf(PIN)] as const;
    await expect(authenticator.changePin(pins[0], pins[1])).rejects.toThrow();
    await expect(authenticator.setPin(pins[2])).rejects.toThrow();
    await authenticator.makeCredential(order(), { pin: pins[3] });
    for (const pin of pins) expect(pin.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ['too short in bytes', 'abc'],
    ['too short in characters, although long enough in bytes', 'äöü12'],
    ['too long', 'x'.repeat(64)],
    ['with a zero at its end', 'abcdef\0'],
  ])('is refused unsent when it is %s', async (_what, pin) => {
    const { fake, authenticator } = await open((one) => one.info.set(0x0d, 6));
    await expect(authenticator.setPin(fidoPinOf(pin))).rejects.toMatchObject({ code: 'PIN_RULE_VIOLATED' });
    expect(fake.sent(COMMAND.CLIENT_PIN)).toEqual([]);
  });

  it('counts code points, not bytes or UTF-16 units', async () => {
    const { fake, authenticator } = await open((one) => one.info.set(0x0d, 6));
    await authenticator.setPin(fidoPinOf('🔑🔑🔑🔑🔑🔑'));
    expect(fake.hasPin('🔑🔑🔑🔑🔑🔑')).toBe(true);
  });

  it('is reported as wrong with the tries left, and as blocked with none', async () => {
    const { fake, authenticator } = await withPin();
    const use = () => ({ pin: fidoPinOf('wrong one') });
    await expect(authenticator.makeCredential(order(), use())).rejects.toMatchObject({
      code: 'FIDO_PIN_INCORRECT',
      data: { retriesLeft: 7 },
    });
    fake.retries = 1;
    await expect(authenticator.makeCredential(order(), use())).rejects.toMatchObject({ code: 'FIDO_PIN_BLOCKED' });
    await expect(authenticator.makeCredential(order(), use())).rejects.toMatchObject({ code: 'FIDO_PIN_BLOCKED' });
  });

  it('spends no try if it cannot be valid', async () => {
    const { fake, authenticator } = await withPin();
    const guess = authenticator.makeCredential(order(), { pin: fidoPinOf('abc') });
    await expect(guess).rejects.toMatchObject({ code: 'FIDO_PIN_INCORRECT', data: { retriesLeft: 8 } });
    expect(fake.retries).toBe(8);
  });

  it('spends no try if it must be changed first', async () => {
    const { fake, authenticator } = await withPin((one) => one.info.set(0x0c, true));
    const sent = fake.received.length;
    await expect(authenticator.makeCredential(order(), { pin: fidoPinOf(PIN) })).rejects.toMatchObject({
      code: 'AUTHENTICATOR_ERROR',
      data: { status: 0x37 },
    });
    expect(fake.received).toHaveLength(sent);
    await authenticator.changePin(fidoPinOf(PIN), fidoPinOf('a new one'));
    await authenticator.makeCredential(order(), { pin: fidoPinOf('a new one') });
  });

  it('has a counter only if it is set', async () => {
    const { authenticator } = await open();
    expect(await authenticator.pinRetries()).toBeNull();
    await authenticator.setPin(fidoPinOf(PIN));
    expect(await authenticator.pinRetries()).toEqual({ retriesLeft: 8, needsPowerCycle: false });
  });
});

describe('a credential', () => {
  it('is created with a token for this purpose and relying party only', async () => {
    const { fake, authenticator } = await withPin();
    let touches = 0;
    const made = await authenticator.makeCredential(order(), { pin: fidoPinOf(PIN), onTouch: () => (touches += 1) });
    expect(made.fmt).toBe('packed');
    expect(made.parsed).toMatchObject({ userVerified: true, attested: { algorithm: -7 } });
    expect(fake.token).toMatchObject({ permissions: 0x01, rpId: RP_ID });
    expect(touches).toBe(1);
  });

  it('is created with a legacy token if the authenticator knows no permissions', async () => {
    const { fake, authenticator } = await withPin((one) => one.options.delete('pinUvAuthToken'));
    await authenticator.makeCredential(order(), { pin: fidoPinOf(PIN) });
    expect(fake.token).toMatchObject({ permissions: 0xff, rpId: undefined });
  });

  it('is created by fingerprint without a PIN, with a token if the authenticator offers one', async () => {
    const { fake, authenticator } = await open((one) => one.options.set('uv', true));
    const withToken = await authenticator.makeCredential(order(), {});
    expect(withToken.parsed.userVerified).toBe(true);
    expect(fake.token).toMatchObject({ permissions: 0x01, rpId: RP_ID });

    fake.options.delete('pinUvAuthToken');
    await authenticator.refresh();
    const without = await authenticator.makeCredential(order(), {});
    expect(without.parsed.userVerified).toBe(true);
    expect(fake.sent(COMMAND.MAKE_CREDENTIAL).map((request) => request.has(8))).toEqual([true, false]);
  });

  it('is not created without verification if that is required', async () => {
    const withoutPin = await open();
    await expect(withoutPin.authenticator.makeCredential(order(), {})).rejects.toMatchObject({
      code: 'FIDO_PIN_MISSING',
    });
    const other = await withPin();
    await expect(other.authenticator.makeCredential(order(), {})).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    expect(other.fake.sent(COMMAND.MAKE_CREDENTIAL)).toEqual([]);
  });

  it('requests no algorithm that the authenticator lacks', async () => {
    const es256 = cborMap([
      ['alg', -7],
      ['type', 'public-key'],
    ]);
    const { fake, authenticator } = await withPin((one) => one.info.set(0x0a, [es256]));
    await authenticator.makeCredential(order(), { pin: fidoPinOf(PIN) });
    const [request = cborMap([])] = fake.sent(COMMAND.MAKE_CREDENTIAL);
    expect(requiredMember(request, 4, isArray)).toEqual([es256]);
    const refused = authenticator.makeCredential(order({ algorithms: [-257] }), { pin: fidoPinOf(PIN) });
    await expect(refused).rejects.toMatchObject({ code: 'ALGORITHM_NOT_SUPPORTED' });
  });

  it('is not created if one exists, whichever message of a long list names it', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => idOf(index + 1, 60));
    const { fake, authenticator } = await withPin((one) => {
      one.info.set(7, 8).set(8, 64);
      one.store(RP_ID, idOf(19, 60));
    });
    const excludeList = [idOf(99, 200), ...ids];
    const refused = authenticator.makeCredential(order({ excludeList }), { pin: fidoPinOf(PIN) });
    await expect(refused).rejects.toMatchObject({ code: 'PASSKEY_EXISTS' });
    expect(fake.token?.permissions).toBe(0x03);
    expect(fake.sent(COMMAND.GET_ASSERTION).map((request) => requiredMember(request, 3, isArray).length)).toEqual([
      7, 7, 6,
    ]);
    const [request = cborMap([])] = fake.sent(COMMAND.MAKE_CREDENTIAL);
    expect(requiredMember(request, 5, isArray)).toHaveLength(1);
  });

  it.each([
    ['of another relying party', (data: Buffer) => data.fill(0, 0, 32)],
    ['without a touch', (data: Buffer) => data.writeUInt8(data.readUInt8(32) & ~0x01, 32)],
    ['without the user verified', (data: Buffer) => data.writeUInt8(data.readUInt8(32) & ~0x04, 32)],
    ['without a credential', (data: Buffer) => data.writeUInt8(data.readUInt8(32) & ~0x40, 32)],
  ])('is rejected if it is %s', async (_what, spoil) => {
    const { fake, authenticator } = await withPin();
    const send = fake.send.bind(fake);
    fake.send = async (message, options) => {
      const answer = Buffer.from(await send(message, options));
      const hash = answer.indexOf('packed') + 'packed'.length + 3;
      if (message[0] === COMMAND.MAKE_CREDENTIAL) spoil(answer.subarray(hash));
      return answer;
    };
    const made = authenticator.makeCredential(order(), { pin: fidoPinOf(PIN) });
    await expect(made).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR' });
  });

  it('is deleted with the supported command and a token for that only', async () => {
    const { fake, authenticator } = await withPin((one) => one.store(RP_ID, idOf(5)));
    expect(await authenticator.deleteCredential(RP_ID, idOf(5), { pin: fidoPinOf(PIN) })).toBe(true);
    expect(fake.token).toMatchObject({ permissions: 0x04, rpId: RP_ID });
    expect(await authenticator.deleteCredential(RP_ID, idOf(5), { pin: fidoPinOf(PIN) })).toBe(false);

    fake.store(RP_ID, idOf(6));
    fake.options.delete('credMgmt');
    fake.options.set('credentialMgmtPreview', true);
    fake.info.set(1, ['FIDO_2_0', 'FIDO_2_1_PRE']);
    await authenticator.refresh();
    expect(await authenticator.deleteCredential(RP_ID, idOf(6), { pin: fidoPinOf(PIN) })).toBe(true);
    expect(fake.sent(COMMAND.CREDENTIAL_MANAGEMENT_PREVIEW)).toHaveLength(1);

    fake.options.delete('credentialMgmtPreview');
    await authenticator.refresh();
    await expect(authenticator.deleteCredential(RP_ID, idOf(6), { pin: fidoPinOf(PIN) })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_BY_DEVICE',
    });
  });

  it('signs silently, wherever it stands in a long list', async () => {
    const { authenticator } = await open((one) => {
      one.info.set(7, 2);
      one.store(RP_ID, idOf(5));
    });
    const allowList = [idOf(1), idOf(2), idOf(3), idOf(5)];
    const look = { rpId: RP_ID, clientDataHash: HASH, up: false };
    expect(await authenticator.getAssertion({ ...look, allowList }, {})).toMatchObject({ credentialId: idOf(5) });
    expect(await authenticator.getAssertion({ ...look, allowList: [idOf(1)] }, {})).toBeNull();
    expect(await authenticator.getAssertion({ ...look, rpId: 'other.example', allowList }, {})).toBeNull();
  });
});

describe('an assertion', () => {
  it('is rejected if another credential made it', async () => {
    const { fake, authenticator } = await open((one) => one.store(RP_ID, idOf(5)));
    const send = fake.send.bind(fake);
    fake.send = async (message, options) => {
      const answer = Buffer.from(await send(message, options));
      const id = answer.indexOf(idOf(5));
      if (id >= 0) answer.fill(6, id, id + 32);
      return answer;
    };
    const assertion = authenticator.getAssertion(
      { rpId: RP_ID, clientDataHash: HASH, allowList: [idOf(5)], up: false },
      {},
    );
    await expect(assertion).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR' });
  });
});

describe('the authenticator itself', () => {
  it('forces a PIN change with a token for configuration', async () => {
    const { fake, authenticator } = await withPin();
    await authenticator.forceChangePin({ pin: fidoPinOf(PIN) });
    expect(fake.token).toMatchObject({ permissions: 0x20, rpId: undefined });
    const [request = cborMap([])] = fake.sent(COMMAND.CONFIG);
    expect(requiredMember(request, 2, isMap)).toEqual(cborMap([[3, true]]));
    expect(requiredMember(request, 4, isBytes)).toHaveLength(32);
  });

  it('has no PIN after a reset', async () => {
    const { authenticator } = await withPin((fake) => fake.info.set(0x1a, ['nfc']));
    await authenticator.reset({});
    expect(authenticator.facts().pinSet).toBe(false);
  });

  it.each([
    [0x30, 'FIDO_RESET_TOO_LATE'],
    [0x2f, 'TOUCH_TIMEOUT'],
    [0x01, 'FIDO_RESET_REFUSED'],
  ])('is not reset if it answers %i', async (status, code) => {
    const { fake, authenticator } = await withPin();
    fake.refusals.set(COMMAND.RESET, status);
    await expect(authenticator.reset({})).rejects.toMatchObject({ code });
  });

  it('gets no reset over a connection that it excludes', async () => {
    const { fake, authenticator } = await withPin((one) => one.info.set(0x1a, ['usb']));
    await expect(authenticator.reset({})).rejects.toMatchObject({
      code: 'FIDO_RESET_REFUSED',
      data: { reason: 'transport' },
    });
    expect(fake.sent(COMMAND.RESET)).toEqual([]);
  });
});
