import { createHash, sign } from 'node:crypto';
import { encodeBytes } from '@cardwright/protocol';
import type { CreationOptions, RegistrationResponse } from '@cardwright/protocol/passkeys';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { decode, encode } from 'cborg';
import * as v from 'valibot';
import { verifyPlace, verifyRegistration } from '../../../../cms/src/passkeys/verify.js';
import { SoftwareAuthenticator, type CeremonyFaults } from '../../../support/passkeys/software-authenticator.js';

const RP = 'login.example.com';
const ORIGIN = `https://${RP}`;
const options: CreationOptions = {
  rp: { id: RP, name: 'Example' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada Adams' },
  challenge: encodeBytes(new Uint8Array(32).fill(7)),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};
const OTHER = encodeBytes(new Uint8Array(32).fill(8));

let authenticator: SoftwareAuthenticator;
beforeEach(() => {
  authenticator = new SoftwareAuthenticator();
});

const register = (faults: CeremonyFaults = {}) => authenticator.register(options, ORIGIN, faults).response;
const verify = (registration: RegistrationResponse) => verifyRegistration({ options, origin: ORIGIN }, registration);
const refusedFor = (reason: string) => ({ code: 'PASSKEY_REFUSED', data: { reason } });

describe('a registration', () => {
  it('returns the public data of its passkey if it answers the request', async () => {
    const registration = register();
    expect(await verify(registration)).toEqual({
      credentialId: registration.id,
      publicKey: expect.stringMatching(/^[\w-]{100,}$/),
      aaguid: authenticator.aaguid,
      signCount: 0,
      transports: ['nfc', 'usb'],
    });
  });

  it.each<[string, CeremonyFaults, string]>([
    ['another challenge', { challenge: OTHER }, 'challenge'],
    ['a login instead', { type: 'webauthn.get' }, 'challenge'],
    ['another origin', { origin: 'https://login.example.com.evil.example' }, 'origin'],
    ['a frame of another site', { crossOrigin: true }, 'origin'],
    ['another relying party', { rpId: 'example.com' }, 'rp-id'],
    ['no user verification', { userVerified: false }, 'signature'],
    ['no user presence', { userPresent: false }, 'signature'],
  ])('is refused for %s', async (_what, change, reason) => {
    await expect(verify(register(change))).rejects.toMatchObject(refusedFor(reason));
  });

  it('is refused with the attestation object of another credential', async () => {
    const registration = register();
    const { id, rawId } = register();
    await expect(verify({ ...registration, id, rawId })).rejects.toMatchObject(refusedFor('signature'));
  });

  it('is refused by its signature with the client data of another ceremony', async () => {
    const registration = register();
    const other = register({ challenge: OTHER });
    const mixed = { ...other, response: { ...other.response, clientDataJSON: registration.response.clientDataJSON } };
    await expect(verify(mixed)).rejects.toMatchObject(refusedFor('signature'));
  });

  it('is refused with a key of an algorithm that was not requested', async () => {
    const ordered = { ...options, pubKeyCredParams: [{ type: 'public-key', alg: -257 } as const] };
    const made = verifyRegistration({ options: ordered, origin: ORIGIN }, register());
    await expect(made).rejects.toMatchObject(refusedFor('signature'));
  });

  it('is refused from a phone or computer, whoever vouches for it', async () => {
    const registration = register();
    await expect(verify(withObject(registration, { fmt: 'apple' }))).rejects.toMatchObject(refusedFor('attestation'));
  });

  it.each([
    ['client data', { clientDataJSON: 'AAAA' }],
    ['attestation object', { attestationObject: 'AAAA' }],
  ])('is refused with an unreadable %s', async (_what, change) => {
    const registration = register();
    const broken = { ...registration, response: { ...registration.response, ...change } };
    await expect(verify(broken)).rejects.toMatchObject(refusedFor('unreadable'));
  });
});

describe('the proof of the location of a passkey', () => {
  const prove = async (change: { challenge?: string; rpId?: string } = {}, made = authenticator) => {
    const { passkey: held, response } = made.register(options, ORIGIN);
    const { challenge = OTHER, ...faults } = change;
    return { held, passkey: await verify(response), proof: made.prove(held, challenge, faults) };
  };

  it('is an assertion of the new key over the challenge of this session', async () => {
    const { passkey, proof } = await prove();
    await expect(verifyPlace(passkey, { rpId: RP, challenge: OTHER }, proof)).resolves.toBeUndefined();
  });

  it('is refused with another key, of an earlier session, and for another relying party', async () => {
    const { passkey } = await prove();
    const place = { rpId: RP, challenge: OTHER };
    const other = await prove({}, new SoftwareAuthenticator());
    await expect(verifyPlace(passkey, place, other.proof)).rejects.toMatchObject(refusedFor('signature'));
    const earlier = await prove({ challenge: options.challenge });
    await expect(verifyPlace(earlier.passkey, place, earlier.proof)).rejects.toMatchObject(refusedFor('signature'));
    const elsewhere = await prove({ rpId: 'example.com' });
    await expect(verifyPlace(elsewhere.passkey, place, elsewhere.proof)).rejects.toMatchObject(refusedFor('rp-id'));
  });

  it('is refused if it is a login or missing', async () => {
    const { held, passkey, proof } = await prove();
    const client = createHash('sha256').update(`{"type":"webauthn.get","challenge":"${OTHER}","origin":"${ORIGIN}"}`);
    const login = Buffer.concat([Buffer.from(proof.authenticatorData, 'base64url'), client.digest()]);
    const signature = sign('sha256', login, held.key).toString('base64url');
    await expect(verifyPlace(passkey, { rpId: RP, challenge: OTHER }, { ...proof, signature })).rejects.toMatchObject(
      refusedFor('signature'),
    );
    const garbage = { ...proof, signature: 'AAAA' };
    await expect(verifyPlace(passkey, { rpId: RP, challenge: OTHER }, garbage)).rejects.toMatchObject(
      refusedFor('signature'),
    );
    const short = { ...proof, authenticatorData: 'AAAA' };
    await expect(verifyPlace(passkey, { rpId: RP, challenge: OTHER }, short)).rejects.toMatchObject(
      refusedFor('unreadable'),
    );
  });
});

function withObject(registration: RegistrationResponse, change: object): RegistrationResponse {
  const made: unknown = decode(Buffer.from(registration.response.attestationObject, 'base64url'));
  const object = v.parse(v.record(v.string(), v.unknown()), made);
  const attestationObject = encodeBytes(encode({ ...object, ...change }));
  return { ...registration, response: { ...registration.response, attestationObject } };
}
