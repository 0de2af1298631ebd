import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newKeyRing } from '@cardwright/cms/keys';
import { seal, type EscrowContent, type SealContext } from '@cardwright/protocol/sealing';
import { checkEscrow } from '../../../cms/src/devices/escrow.js';

const keys = await newKeyRing();
const context: SealContext = {
  origin: 'https://cms.example.com',
  operation: 'AAAAAAAAAAAAAAAAAAAAAA',
  device: 'serial:12345678',
  session: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  purpose: 'escrow',
};
const digestOf = (sealed: string): string => createHash('sha256').update(sealed, 'ascii').digest('base64url');

/** Seals an escrow to the CMS, as a host does. */
const sealed = (content: EscrowContent): Promise<string> =>
  seal(new TextEncoder().encode(JSON.stringify(content)), keys.sealingPublic, context);

const contentWith = (bytes: number): EscrowContent => ({
  managementKey: { algorithm: 'AES-192', key: Buffer.alloc(bytes, 7).toString('base64url') },
  puk: '12345678',
  pin: null,
});

describe('an escrow', () => {
  it('is what the host says that it has', async () => {
    const jwe = await sealed(contentWith(24));
    await expect(checkEscrow({ sealed: jwe, context, digest: digestOf(jwe) }, keys)).resolves.toEqual(contentWith(24));
  });

  it('is refused if its digest is that of another one', async () => {
    const [one, other] = [await sealed(contentWith(24)), await sealed(contentWith(24))];
    await expect(checkEscrow({ sealed: one, context, digest: digestOf(other) }, keys)).rejects.toMatchObject({
      code: 'ESCROW_MISMATCH',
    });
  });

  it('is refused if its management key has not the length of its algorithm', async () => {
    const jwe = await sealed(contentWith(16));
    await expect(checkEscrow({ sealed: jwe, context, digest: digestOf(jwe) }, keys)).rejects.toMatchObject({
      code: 'SECRET_REFUSED',
    });
  });

  it('is refused in another session', async () => {
    const jwe = await sealed(contentWith(24));
    const there = { ...context, session: 'B'.repeat(43) };
    await expect(checkEscrow({ sealed: jwe, context: there, digest: digestOf(jwe) }, keys)).rejects.toMatchObject({
      code: 'SECRET_REFUSED',
    });
  });
});
