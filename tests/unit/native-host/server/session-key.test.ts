import { describe, expect, it } from '@jest/globals';
import { seal, unseal, type SealContext } from '@cardwright/protocol/sealing';
import { forKeyAgreement, makeSessionKey } from '../../../../native-host/src/server/session-key.js';

const CONTEXT: SealContext = {
  origin: 'https://cms.example',
  operation: null,
  device: 'serial:1',
  session: 'x'.repeat(43),
  purpose: 'pin',
};

describe("a session's key", () => {
  it('opens what was sealed to it, and nothing else', async () => {
    const [key, another] = [makeSessionKey(), makeSessionKey()];
    const sealed = await seal(Buffer.from('739164'), key.publicKey, CONTEXT);
    await expect(unseal(sealed, await forKeyAgreement(key), CONTEXT)).resolves.toEqual(
      Uint8Array.from(Buffer.from('739164')),
    );
    await expect(unseal(sealed, await forKeyAgreement(another), CONTEXT)).rejects.toMatchObject({
      code: 'SECRET_REFUSED',
    });
  });

  it('cannot be read back', async () => {
    const privateKey = await forKeyAgreement(makeSessionKey());
    await expect(globalThis.crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow('not extractable');
  });
});
