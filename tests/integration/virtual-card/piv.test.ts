// Alone proves: OpenSC and the Yubico tools accept the virtual card through its life.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from './stage.js';
import { drawnTests, everyOrOneIn } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

let stage: Stage;

/** Slots, each with its algorithm and OpenSC's number of its key. */
const keys = [
  { slot: '9A', algorithm: '07', id: '01' },
  { slot: '9C', algorithm: '11', id: '02' },
  { slot: '9D', algorithm: '07', id: '03' },
  { slot: '9E', algorithm: '11', id: '04' },
] as const;

/** The tests follow one card through its life, in this order. */
describe.each(everyOrOneIn(2, ['piv', 'piv-strict'] as const))(
  'independent tools on a virtual card with the %s profile',
  (profile) => {
    beforeAll(async () => {
      stage = await Stage.open();
      await stage.insert(profile, profile);
    });

    afterAll(async () => {
      await stage.close();
    });

    drawnIt('the Yubico tools refuse it', async () => {
      const status = await stage.yubicoPivTool('-a', 'status');
      expect(status.ok).toBe(false);
      expect(status.text).toContain('Not supported');
      expect((await stage.ykman('piv', 'info')).text).toContain('SW=0x6d00');
    });

    drawnIt('OpenSC recognises a PIV card', async () => {
      const name = 'Personal Identity Verification Card';
      expect((await stage.run('opensc-tool', ['--reader', stage.reader.name, '--name'])).text).toContain(name);
      expect((await stage.pivTool('--name')).text).toContain(name);
    });

    it.each(keys)('piv-tool makes a key in $slot and writes a certificate', async ({ slot, algorithm, id }) => {
      const [der, pem, certificate] = [stage.file(`${id}.der`), stage.file(`${id}.pem`), stage.file('certificate.pem')];
      // piv-tool exits with 1 even after success, so its effects are checked.
      await stage.pivTool('--admin', 'M:9B:03', '--genkey', `${slot}:${algorithm}`, '--out', der);
      expect((await stage.openssl('pkey', '-pubin', '-inform', 'DER', '-in', der, '-out', pem)).ok).toBe(true);
      await certify(pem, `slot ${slot}`, certificate);
      await stage.pivTool('--admin', 'M:9B:03', '--cert', slot, '--in', certificate);
      const readBack = stage.file('read-back.der');
      await stage.pkcs11Tool('--read-object', '--type', 'cert', '--id', id, '--output-file', readBack);
      const pemAgain = await stage.openssl('x509', '-inform', 'DER', '-in', readBack);
      expect(pemAgain).toEqual({ ok: true, text: readFileSync(certificate, 'utf8') });
    });

    drawnIt('the card refuses the one-way authentication of the management key', async () => {
      const refused = await stage.pivTool('--admin', 'A:9B:03', '--genkey', '9A:07', '--out', stage.file('none.der'));
      expect(refused.text).toContain('admin_mode failed');
    });

    drawnIt('OpenSC lists the certificates, and signs with the PIN what openssl verifies', async () => {
      const objects = await stage.pkcs11Tool('--list-objects', '--type', 'cert');
      expect(objects.text.match(/DN: CN=slot 9[ACDE]/g)).toHaveLength(4);
      for (const [id, mechanism] of [
        ['01', 'SHA256-RSA-PKCS'],
        ['02', 'ECDSA-SHA256'],
        ['04', 'ECDSA-SHA256'],
      ] as const) {
        const verified = await stage.signAndVerify(id, mechanism, stage.file(`${id}.pem`), '123456');
        expect(verified).toEqual({ ok: true, text: 'Verified OK\n' });
      }
    });

    drawnIt('OpenSC decrypts with 9D what openssl encrypted', async () => {
      const [plain, encrypted] = [stage.write('plain', 'for the card only'), stage.file('encrypted')];
      const key = ['-pubin', '-inkey', stage.file('03.pem'), '-in', plain, '-out', encrypted];
      expect((await stage.openssl('pkeyutl', '-encrypt', ...key)).ok).toBe(true);
      const decrypted = await stage.pkcs11Tool(
        ...['--login', '--pin', '123456', '--decrypt', '--id', '03', '--mechanism', 'RSA-PKCS'],
        ...['--input-file', encrypted],
      );
      expect(decrypted.text).toContain('for the card only');
    });

    drawnIt('OpenSC changes the PIN', async () => {
      const changed = await stage.pkcs11Tool('--login', '--pin', '123456', '--change-pin', '--new-pin', '246810');
      expect(changed.text).toContain('PIN successfully changed');
      expect((await stage.pkcs11Tool('--login', '--pin', '123456', '--list-objects')).ok).toBe(false);
      expect((await stage.pkcs11Tool('--login', '--pin', '246810', '--list-objects')).ok).toBe(true);
    });

    drawnIt('the card did all that without an exception inside', () => {
      expect(stage.defects).toEqual([]);
    });
  },
);

/** Issues a certificate for a public key, by a throw-away CA. */
async function certify(publicKey: string, name: string, certificate: string): Promise<void> {
  const [caKey, ca] = [stage.file('ca.key'), stage.file('ca.pem')];
  const made = await stage.openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=ca', '-keyout', caKey, '-out', ca],
  );
  expect(made.ok).toBe(true);
  const subject = ['-force_pubkey', publicKey, '-subj', `/CN=${name}`];
  const issued = await stage.openssl('x509', '-new', ...subject, '-CA', ca, '-CAkey', caKey, '-out', certificate);
  expect(issued.ok).toBe(true);
}
