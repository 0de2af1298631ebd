import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { boundAuthority } from '@cardwright/cms/authority';
import { inPages } from '../../support/revocation-pages.js';
import { certify } from '../../integration/portal/support/attestation-authority.js';

const REQUEST = {
  slot: '9A',
  subscriber: { username: 'alice', displayName: 'Alice', email: null, upn: null, sid: null, guid: '' },
  publicKey: new Uint8Array(),
  policies: [],
  days: 1,
} as const;

/** Returns the error that an authority's refusal becomes. */
async function refusalFor(error: Error): Promise<unknown> {
  const refusing = () => Promise.reject(error);
  const authority = boundAuthority({ issue: refusing, signCrl: refusing, certificate: new Uint8Array() }, 1000);
  return authority.issue(REQUEST).catch((refused: unknown) => refused);
}

/** Refusals by a connector that knows this program's errors, and by one that does not. */
const REFUSALS: [string, (words: string) => Error][] = [
  ['an error of its own', (words) => Object.assign(new Error(words), { code: 'CA_REFUSED' })],
  ["the catalogue's error", (reason) => new CardwrightError('CA_REFUSED', { reason })],
];

describe.each(REFUSALS)("an authority's words, in %s", (_, refuse) => {
  it.each([
    ['as they are', 'Der Antrag ist für 王 nicht erlaubt.', 'Der Antrag ist für 王 nicht erlaubt.'],
    ['without control characters', 'No.\r\n\u0000\u001b[2JYour PIN?\u0085', 'No. [2JYour PIN?'],
    ['without signs that turn the direction of writing', 'Refused\u202e.\u2066', 'Refused .'],
    ['with no half of a character', 'a\ud83d', 'a\ufffd'],
    ['in no more than 300 characters', `${'x'.repeat(299)}🂡🂡`, `${'x'.repeat(299)}🂡`],
  ])('reach the user %s', async (_how, words, reason) => {
    await expect(refusalFor(refuse(words))).resolves.toMatchObject({ code: 'CA_REFUSED', data: { reason } });
  });
});

it('asks no authority whose own certificate has expired for certificates, and still has it sign the CRL', async () => {
  const { certificate } = await certify({ subject: 'Old CA', from: -2, until: -1 });
  const asked: string[] = [];
  const answer = (what: string) => () => {
    asked.push(what);
    return Promise.resolve(new Uint8Array());
  };
  const authority = boundAuthority(
    { issue: answer('issue'), signCrl: answer('signCrl'), certificate: new Uint8Array(certificate.rawData) },
    1000,
  );
  const day = certificate.notAfter.toISOString().slice(0, 10);
  await expect(authority.issue(REQUEST)).rejects.toMatchObject({
    code: 'CA_REFUSED',
    data: { reason: `The certificate of the certification authority expired on ${day}.` },
  });
  await authority.signCrl({ number: 1, thisUpdate: new Date(), nextUpdate: new Date(), revocations: inPages([]) });
  expect(asked).toEqual(['signCrl']);
});
