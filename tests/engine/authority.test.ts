import { generateKeyPairSync } from 'node:crypto';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { describe, expect, it } from '@jest/globals';
import { newTestAuthority } from '../support/engine/test-authority.js';
import { ToyStage } from './support/toy-stage.js';

const SPKI = { format: 'der', type: 'spki' } as const;

const authorityOf = (issue: CertificationAuthority['issue']): CertificationAuthority => ({
  issue,
  signCrl: () => Promise.reject(new Error('no CRL is asked for')),
  certificate: new Uint8Array(),
});
const erring = (code: string, words: string) => () => Promise.reject(Object.assign(new Error(words), { code }));

describe('a certification authority behind its interface', () => {
  it('refuses with an error of its own, whose words the user reads', async () => {
    const authority = authorityOf(erring('CA_REFUSED', 'No such person.\u0007'));
    const stage = await ToyStage.blank({ authority });
    expect(await stage.relay(await stage.newHost(), 'issue')).toMatchObject({
      state: 'failed',
      error: { data: { name: 'CA_REFUSED', details: { reason: 'No such person.' } } },
    });
  });

  it('leaves the operation as it was when it is away or answers too late', async () => {
    const hanging = authorityOf(() => new Promise(() => undefined));
    const away = authorityOf(erring('CA_UNAVAILABLE', 'connection refused'));
    for (const options of [{ authority: hanging, authorityTimeout: 50 }, { authority: away }]) {
      const stage = await ToyStage.blank(options);
      const relayed = stage.relay(await stage.newHost(), 'issue');
      await expect(relayed).rejects.toMatchObject({ code: 'CA_UNAVAILABLE' });
      expect(stage.running).toEqual(['issue']);
    }
  });

  it('cannot get a certificate of another key, or garbage, onto the card', async () => {
    const other = (await newTestAuthority('http://localhost')).authority;
    const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export(SPKI);
    const wrong = authorityOf((request) => other.issue({ ...request, publicKey }));
    const garbled = authorityOf(() => Promise.resolve(Buffer.from('no certificate')));
    const mismatch = { state: 'failed', error: { data: { name: 'CERTIFICATE_KEY_MISMATCH' } } };
    for (const authority of [wrong, garbled]) {
      const stage = await ToyStage.blank({ authority });
      const relayed = stage.relay(await stage.newHost(), 'issue');
      if (authority === wrong) expect(await relayed).toMatchObject(mismatch);
      // This is a defect of its connector: the operation stays as it was.
      else await expect(relayed).rejects.not.toHaveProperty('code');
      expect(stage.card.certificates.size).toBe(0);
      expect(stage.store.contents().certificates).toEqual([]);
    }
  });
});
