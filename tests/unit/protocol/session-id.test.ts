import { describe, expect, it } from '@jest/globals';
import { sessionIdOf } from '@cardwright/protocol/messages';
import { sessionId, type PublicJwk } from '@cardwright/protocol/schemas';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import * as v from 'valibot';

async function newKey(): Promise<PublicJwk> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  const { x = '', y = '' } = await exportJWK(publicKey);
  return { kty: 'EC', crv: 'P-256', x, y };
}

describe('the id of a session', () => {
  it('is the thumbprint of its key, as another implementation computes it', async () => {
    for (let count = 0; count < 5; count += 1) {
      const key = await newKey();
      const id = await sessionIdOf(key);
      expect(id).toBe(await calculateJwkThumbprint({ ...key }, 'sha256'));
      expect(v.is(sessionId, id)).toBe(true);
    }
  });

  it('depends on nothing that the key is called, nor on the order of its members', async () => {
    const { kty, crv, x, y } = await newKey();
    const named: PublicJwk = { y, x, kid: 'name', use: 'enc', crv, kty };
    expect(await sessionIdOf(named)).toBe(await sessionIdOf({ kty, crv, x, y }));
  });
});
