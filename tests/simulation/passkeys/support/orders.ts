import { createHash, randomBytes, verify, createPublicKey } from 'node:crypto';
import { decodeBytes, encodeBytes, validate, type Params } from '@cardwright/protocol';
import { creationOptions, passkeyProofMessage, registrationResponse } from '@cardwright/protocol/passkeys';
import type { StepCommand } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import { ORIGIN } from '../../failures/signing-cms.js';

export const RP_ID = 'cms.example';
export const FOREIGN = 'https://login.example';

/** Builds the creation options of a relying party. */
export const optionsFor = (rpId = RP_ID) =>
  validate(creationOptions, {
    rp: { id: rpId, name: 'Cardwright' },
    user: { id: encodeBytes(Buffer.from('alice')), name: 'alice', displayName: 'Alice' },
    challenge: encodeBytes(randomBytes(32)),
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    attestation: 'direct',
    extensions: { credentialProtectionPolicy: 'userVerificationOptionalWithCredentialIDList', hmacCreateSecret: true },
  });

/** Builds a step's command to register a passkey. */
export function order(change: Partial<Params<'fido.createCredential'>> = {}) {
  return {
    method: 'fido.createCredential',
    params: {
      way: 'host',
      origin: ORIGIN,
      options: optionsFor(),
      proof: encodeBytes(randomBytes(32)),
      pin: 'separate',
      mayForget: false,
      secrets: { fidoPin: change.way === undefined || change.way === 'host' ? { source: 'session' } : null },
      ...change,
    } satisfies Params<'fido.createCredential'>,
  };
}

export const setPin = {
  method: 'fido.setPin',
  params: { rules: { minLength: 6, forbidTrivial: true }, secrets: { newFidoPin: { source: 'user' } } },
} as const satisfies StepCommand;

const made = v.object({
  registration: registrationResponse,
  proof: v.nullable(v.object({ authenticatorData: v.string(), signature: v.string() })),
});

/** Judges the result of an order: whether its client data are right, and whether the open device proved that it has the credential. */
export function judge({ params }: ReturnType<typeof order>, result: unknown) {
  const { registration, proof } = v.parse(made, result);
  const { clientDataJSON, publicKey = '' } = registration.response;
  const clientData: unknown = JSON.parse(Buffer.from(decodeBytes(clientDataJSON)).toString());
  const isProved =
    proof !== null &&
    params.proof !== null &&
    verify(
      'sha256',
      Buffer.concat([
        decodeBytes(proof.authenticatorData),
        createHash('sha256').update(passkeyProofMessage(params.proof)).digest(),
      ]),
      createPublicKey({ key: Buffer.from(decodeBytes(publicKey)), format: 'der', type: 'spki' }),
      decodeBytes(proof.signature),
    );
  return { clientData, isProved, id: registration.id, registration };
}
