import { encodeBytes } from '../../base64url.js';
import type { EscrowContent } from '../../commands/credentials.js';
import type { SealContext } from '../../sealing.js';
import { flipped } from './alter.js';
import { testKeys, type TestKey } from './test-keys.js';
import { accepted, refused, utf8, type Scene, type Vector } from './vector.js';
import { sealVector } from './vector-sealer.js';

/** The result of `credentials.prepare`, and the context in which the CMS opens it. */
export type EscrowVector = Vector<EscrowContent> & {
  readonly context: SealContext;
  readonly result: { readonly escrow: string; readonly digest: string };
};

export async function makeEscrowVectors({ origin, operation, device, session }: Scene): Promise<EscrowVector[]> {
  const context: SealContext = { origin, operation, device, session, purpose: 'escrow' };
  const key = encodeBytes(Uint8Array.from({ length: 24 }, (_, index) => index));
  const content: EscrowContent = { managementKey: { algorithm: 'AES-192', key }, puk: '87654321', pin: '12345678' };
  const kept: EscrowContent = { ...content, managementKey: null, pin: '123456' };
  const sealed = async (name: string, value: object, own: SealContext = context, to: TestKey = testKeys.cmsSealing) => {
    const escrow = await sealVector(name, JSON.stringify(value), to, own);
    return { escrow, digest: await sha256(escrow) };
  };
  const right = await sealed('an escrow', content);
  return [
    { ...accepted('an escrow', content), context, result: right },
    { ...accepted('an escrow without a management key', kept), context, result: await sealed('kept key', kept) },
    { ...refused('another digest', 'digest'), context, result: { ...right, digest: flipped(right.digest) } },
    {
      ...refused('sealed as another purpose', 'context'),
      context,
      result: await sealed('wrong purpose', content, { ...context, purpose: 'storage' }),
    },
    {
      ...refused('of another session', 'context'),
      context,
      result: await sealed('another session', content, { ...context, session: 'A'.repeat(43) }),
    },
    {
      ...refused('sealed to another key', 'decryption'),
      context,
      result: await sealed('another key', content, context, testKeys.strangerSealing),
    },
    {
      ...refused('a PUK of seven digits', 'content'),
      context,
      result: await sealed('short PUK', { ...content, puk: '8765432' }),
    },
  ];
}

async function sha256(ascii: string): Promise<string> {
  return encodeBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(utf8(ascii)))));
}
