import assert from 'node:assert/strict';
import { encodeBytes, isCardwrightError, type Params } from '@cardwright/protocol';
import type { PublicJwk } from '@cardwright/protocol/schemas';
import { readStep, signStep, type StepPayload } from '@cardwright/protocol/steps';

const params: Params<'pin.verify'> = { secrets: { pin: { source: 'user' } } };
const payload: StepPayload = {
  origin: 'https://cms.example.com',
  operation: 'operation-1',
  number: 1,
  device: 'serial:1',
  card: { model: 'yubikey', serial: '1', guid: null, certificates: [] },
  session: encodeBytes(new Uint8Array(32)),
  expires: 2_000_000_000,
  commands: [{ method: 'pin.verify', params }],
};
// @ts-expect-error a PIN is never sent in the clear
const wrong: Params<'pin.verify'> = { secrets: { pin: '739154' } };
assert.ok(wrong !== params);

const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
]);
const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
const key: PublicJwk = { kty: 'EC', crv: 'P-256', x, y, kid: 'cms-1', alg: 'ES256', use: 'sig' };
const jws = await signStep(payload, privateKey, 'cms-1');
assert.deepEqual(await readStep(jws, { keys: [key] }), payload);
const refused: unknown = await readStep(jws, { keys: [] }).catch((error: unknown) => error);
assert.ok(isCardwrightError(refused, 'STEP_REFUSED') && refused.data.reason === 'signature');
console.log('protocol');
