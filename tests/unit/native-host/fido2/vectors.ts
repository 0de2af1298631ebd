import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { decodeCbor, isMap, type CborMap } from '../../../../native-host/src/applets/fido2/cbor.js';

/** Parses hexadecimal bytes. */
const bytes = v.pipe(
  v.string(),
  v.transform((digits) => Uint8Array.from(Buffer.from(digits, 'hex'))),
);
const version = v.picklist([1, 2]);

const file = v.object({
  inputs: v.object({
    ourPrivateKey: bytes,
    peerPrivateKey: bytes,
    peerKey: bytes,
    iv: bytes,
    pin: v.string(),
    newPin: v.string(),
    token: bytes,
    clientDataHash: bytes,
    credentialId: bytes,
    info: bytes,
  }),
  pinProtocols: v.array(
    v.object({
      version,
      ownKey: bytes,
      sharedSecret: bytes,
      newPinEnc: bytes,
      pinHashEnc: bytes,
      setPinAuth: bytes,
      changePinAuth: bytes,
      tokenEnc: bytes,
      tokenAuth: bytes,
    }),
  ),
  clientPin: v.array(v.object({ version, setPin: bytes, changePin: bytes, pinToken: bytes, legacyPinToken: bytes })),
  commands: v.object({
    getInfo: bytes,
    makeCredential: bytes,
    getAssertion: bytes,
    deleteCredential: bytes,
    setMinPinLength: bytes,
  }),
  credentials: v.array(
    v.object({
      algorithm: v.number(),
      authData: bytes,
      rpIdHash: bytes,
      signCount: v.number(),
      aaguid: v.string(),
      credentialId: bytes,
      spki: bytes,
      attestationObject: bytes,
    }),
  ),
  clientData: v.array(v.object({ challenge: bytes, origin: v.string(), json: v.string(), hash: bytes })),
});

/** The output of python-fido2: see make-vectors.py. */
export const vectors = v.parse(file, JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')));

/** Decodes a CBOR map. */
export function mapOf(encoded: Uint8Array): CborMap {
  const value = decodeCbor(encoded);
  if (!isMap(value)) throw new Error('this is no map');
  return value;
}

export const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
