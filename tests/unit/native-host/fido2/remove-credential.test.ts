import { describe, expect, it } from '@jest/globals';
import { Authenticator } from '../../../../native-host/src/applets/fido2/authenticator.js';
import { COMMAND } from '../../../../native-host/src/applets/fido2/ctap.js';
import { fidoPinOf } from '../../../../native-host/src/applets/fido2/fido-pin.js';
import { removeCredential, requireGone } from '../../../../native-host/src/applets/fido2/remove-credential.js';
import { FakeAuthenticator } from './fake-authenticator.js';

const PIN = '852074';
const RP_ID = 'login.example';
const PIN_AUTH_INVALID = 0x33;
const credentialId = new Uint8Array(32).fill(5);

async function open(owner: string | null) {
  const fake = new FakeAuthenticator();
  fake.setPin(PIN);
  if (owner !== null) fake.store(owner, credentialId);
  const authenticator = await Authenticator.open(fake);
  if (!authenticator) throw new Error('it knows no CTAP2');
  return { fake, authenticator };
}

describe('a credential that is removed', () => {
  it('is gone where the authenticator refuses the token of its relying party', async () => {
    const { fake, authenticator } = await open(RP_ID);
    fake.refusals.set(COMMAND.CREDENTIAL_MANAGEMENT, PIN_AUTH_INVALID);
    const pin = fidoPinOf(PIN);
    expect(await removeCredential(authenticator, { rpId: RP_ID, credentialId }, { pin })).toBe(true);
    expect(fake.credentials).toEqual([]);
    expect(fake.token).toMatchObject({ permissions: 0x04, rpId: undefined });
    expect(pin.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ['does not exist', null],
    ['belongs to another relying party', 'other.example'],
  ])('stays as it is where the authenticator refuses the token because it %s', async (_why, owner) => {
    const { fake, authenticator } = await open(owner);
    fake.refusals.set(COMMAND.CREDENTIAL_MANAGEMENT, PIN_AUTH_INVALID);
    const removal = removeCredential(authenticator, { rpId: RP_ID, credentialId }, { pin: fidoPinOf(PIN) });
    expect(await removal).toBe(false);
    expect(fake.sent(COMMAND.CREDENTIAL_MANAGEMENT)).toHaveLength(1);
    expect(fake.credentials).toHaveLength(owner === null ? 0 : 1);
  });

  it('is reported with the refusal where no token is accepted', async () => {
    const { fake, authenticator } = await open(RP_ID);
    const send = fake.send.bind(fake);
    fake.send = (message, options) => {
      if (message[0] === COMMAND.CREDENTIAL_MANAGEMENT) return Promise.resolve(Uint8Array.of(PIN_AUTH_INVALID));
      return send(message, options);
    };
    const removal = removeCredential(authenticator, { rpId: RP_ID, credentialId }, { pin: fidoPinOf(PIN) });
    await expect(removal).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR', data: { status: PIN_AUTH_INVALID } });
  });
});

describe('a credential that is to be gone', () => {
  const order = { rpId: RP_ID, credentialId };

  it('is, once the authenticator has deleted it', async () => {
    const { authenticator } = await open(RP_ID);
    expect(await removeCredential(authenticator, order, { pin: fidoPinOf(PIN) })).toBe(true);
    await expect(requireGone(authenticator, order, { pin: fidoPinOf(PIN) })).resolves.toBeUndefined();
  });

  it('is not where the authenticator only says so', async () => {
    const { fake, authenticator } = await open(RP_ID);
    const send = fake.send.bind(fake);
    fake.send = (message, options) =>
      message[0] === COMMAND.CREDENTIAL_MANAGEMENT ? Promise.resolve(Uint8Array.of(0)) : send(message, options);
    expect(await removeCredential(authenticator, order, { pin: fidoPinOf(PIN) })).toBe(true);
    const pin = fidoPinOf(PIN);
    await expect(requireGone(authenticator, order, { pin })).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR' });
    expect(pin.every((byte) => byte === 0)).toBe(true);
  });
});
