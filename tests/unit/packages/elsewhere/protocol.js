import assert from 'node:assert/strict';
import { commands, decodeBytes, encodeBytes, isCardwrightError, validate } from '@cardwright/protocol';
import { isRelyingPartyOf } from '@cardwright/protocol/relying-party';
import { seal, unseal } from '@cardwright/protocol/sealing';

assert.deepEqual(decodeBytes(encodeBytes(Uint8Array.of(1, 255))), Uint8Array.of(1, 255));
assert.throws(() => validate(commands['device.open'].params, {}), isError('INVALID_PARAMS'));
assert.equal(isRelyingPartyOf('co.uk', 'https://bank.co.uk'), false);

const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
  'deriveBits',
]);
const context = {
  origin: 'https://cms.example.com',
  operation: null,
  device: 'serial:1',
  session: null,
  purpose: 'puk',
};
const jwe = await seal(new TextEncoder().encode('12345678'), await crypto.subtle.exportKey('jwk', publicKey), context);
assert.equal(new TextDecoder().decode(await unseal(jwe, privateKey, context)), '12345678');
await assert.rejects(unseal(jwe, privateKey, { ...context, purpose: 'pin' }), isError('SECRET_REFUSED'));
console.log('protocol');

/** @param {import('@cardwright/protocol').ErrorCode} code */
function isError(code) {
  return (/** @type {unknown} */ error) => isCardwrightError(error, code);
}
