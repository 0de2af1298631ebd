import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Slot } from '@cardwright/protocol/devices';
import type { CertificationAuthority, CrlRequest, Revocation, Subscriber } from '@cardwright/cms/authority';
import { newAuthority, openDevelopmentCa } from '../../../portal/src/server/ca/development-ca.js';
import { inPages } from '../../support/revocation-pages.js';
import { openssl } from './openssl.js';

const ALICE: Subscriber = {
  username: 'alice',
  displayName: 'Alice Example',
  email: 'alice@example.com',
  upn: 'alice@corp.example.com',
  sid: 'S-1-5-21-1-2-3-1104',
  guid: '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0',
};
/** The second exceeds 64 bits. */
const POLICIES = ['1.3.6.1.4.1.55555.1', '2.25.340282366920938463463374607431768211455'];
const HOUR = 60 * 60 * 1000;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

let authority: CertificationAuthority;
beforeAll(async () => {
  authority = await openDevelopmentCa(await newAuthority(), () => 'http://localhost:8080/ca');
});

const issue = (slot: Slot, key: KeyObject = ec, subscriber = ALICE) =>
  authority.issue({
    slot,
    subscriber,
    publicKey: key.export({ format: 'der', type: 'spki' }),
    policies: POLICIES,
    days: 30,
  });

/** Makes a CRL to be signed, for an hour from now on. */
function crlOf(number: number, revocations: readonly Revocation[]): CrlRequest {
  const thisUpdate = new Date(Math.floor(Date.now() / 1000) * 1000);
  return { number, thisUpdate, nextUpdate: new Date(thisUpdate.getTime() + HOUR), revocations: inPages(revocations) };
}

/** Prints the certificate by openssl. */
const print = async (slot: Slot, key?: KeyObject, subscriber?: Subscriber) =>
  openssl(['x509', '-inform', 'DER', '-noout', '-text'], await issue(slot, key, subscriber));

describe('the certificate, as openssl reads it,', () => {
  it('signs on to Windows in slot 9A: EKUs, UPN, and the SID of KB5014754', async () => {
    const text = await print('9A');
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(
      /TLS Web Client Authentication, Microsoft Smartcard Login, (PKINIT Client Auth|1\.3\.6\.1\.5\.2\.3\.4)\n/,
    );
    expect(text).toMatch(/othername: (UPN:|UPN::)alice@corp\.example\.com/);
    expect(text).toContain(`URI:urn:uuid:${ALICE.guid}`);
    expect(text).toContain('S-1-5-21-1-2-3-1104');
    expect(text).toMatch(/Subject: CN\s?=\s?Alice Example, UID\s?=\s?alice/);
  });

  it('has in slot 9A the SID extension byte for byte as Microsoft encodes it, and not critical', async () => {
    const certificate = await issue('9A');
    const value = Buffer.from('3025a023060a2b06010401823719' + '0201a0150413', 'hex');
    const encoded = Buffer.concat([value, Buffer.from('S-1-5-21-1-2-3-1104')]);
    const extension = Buffer.concat([
      Buffer.from('06092b060104018237190204', 'hex'),
      Buffer.from([encoded.length]),
      encoded,
    ]);
    expect(Buffer.from(certificate).includes(extension)).toBe(true);
  });

  it('has in slot 9A neither UPN nor SID for a user without them, and in no other slot the SID', async () => {
    expect(await print('9A', ec, { ...ALICE, upn: null, sid: null })).not.toMatch(/UPN|S-1-5/);
    for (const slot of ['9C', '9D', '9E'] as const) expect(await print(slot)).not.toMatch(/UPN|S-1-5/);
  });

  it('signs documents and mail in slot 9C', async () => {
    const text = await print('9C');
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature, Non Repudiation\n/);
    expect(text).toMatch(/E-mail Protection, 1\.3\.6\.1\.4\.1\.311\.10\.3\.12/);
    expect(text).toContain('email:alice@example.com');
  });

  it('decrypts in slot 9D: key encipherment with RSA, key agreement with an elliptic curve', async () => {
    expect(await print('9D', rsa)).toMatch(/X509v3 Key Usage: critical\s+Key Encipherment\n/);
    expect(await print('9D', ec)).toMatch(/X509v3 Key Usage: critical\s+Key Agreement\n/);
  });

  it('opens doors in slot 9E: id-PIV-cardAuth critical, naming the card and not the person', async () => {
    const text = await print('9E');
    expect(text).toMatch(
      /X509v3 Extended Key Usage: critical\s+2\.16\.840\.1\.101\.3\.6\.8\n|X509v3 Extended Key Usage: critical\s+PIV Card Authentication\n/i,
    );
    expect(text).toContain(`URI:urn:uuid:${ALICE.guid}`);
    expect(text).toMatch(new RegExp(`Subject: serialNumber\\s?=\\s?${ALICE.guid}`));
    expect(text).not.toContain('Alice');
  });

  it('states its policies in every slot, not critical, and none if none is configured', async () => {
    for (const slot of ['9A', '9C', '9D', '9E'] as const)
      expect(await print(slot)).toMatch(
        new RegExp(`X509v3 Certificate Policies: \\n\\s+${POLICIES.map((oid) => `Policy: ${oid}`).join('\\s+')}\\n`),
      );
    const bare = {
      slot: '9A',
      subscriber: ALICE,
      publicKey: ec.export({ format: 'der', type: 'spki' }),
      days: 1,
    } as const;
    const certificate = await authority.issue({ ...bare, policies: [] });
    expect(openssl(['x509', '-inform', 'DER', '-noout', '-text'], certificate)).not.toContain('Policies');
  });

  it('has in every slot the addresses of CA and CRL, belongs to no CA, and has a serial number of 20 random bytes', async () => {
    const serials = new Set<string>();
    for (const slot of ['9A', '9C', '9D', '9E'] as const) {
      const certificate = await issue(slot);
      const { serialNumber } = new X509Certificate(certificate);
      const text = openssl(['x509', '-inform', 'DER', '-noout', '-text'], certificate);
      expect(text).toContain('CA Issuers - URI:http://localhost:8080/ca/ca.der');
      expect(text).toContain('URI:http://localhost:8080/ca/crl.der');
      expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
      expect(serialNumber).toMatch(/^[4-7][0-9A-F]{39}$/);
      expect(openssl(['x509', '-inform', 'DER', '-noout', '-serial'], certificate).trim()).toBe(
        `serial=${serialNumber}`,
      );
      serials.add(serialNumber);
    }
    expect(serials.size).toBe(4);
  });
});

describe('openssl verify and openssl crl', () => {
  it('accept a certificate, find it on hold, then accept it again once it is off the next CRL', async () => {
    const certificate = await issue('9A');
    const { serialNumber } = new X509Certificate(certificate);
    const folder = mkdtempSync(join(tmpdir(), 'cardwright-ca-'));
    const write = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    try {
      const ca = write('ca.pem', openssl(['x509', '-inform', 'DER'], authority.certificate));
      const own = write('own.pem', openssl(['x509', '-inform', 'DER'], certificate));
      const verify = async (number: number, reasons: ('certificateHold' | 'superseded')[]) => {
        const crl = await authority.signCrl(
          crlOf(
            number,
            reasons.map((reason) => ({ serialNumber, revokedAt: new Date(), reason })),
          ),
        );
        const pem = write('crl.pem', openssl(['crl', '-inform', 'DER'], crl));
        const { stdout, stderr } = spawnSync('openssl', ['verify', '-CAfile', ca, '-CRLfile', pem, '-crl_check', own]);
        return `${stdout.toString()}${stderr.toString()}${openssl(['crl', '-inform', 'DER', '-noout', '-text', '-crlnumber'], crl)}`;
      };
      expect(await verify(127, [])).toMatch(/own\.pem: OK[^]*crlNumber=(0x)?7F\n/);
      expect(await verify(128, ['certificateHold'])).toMatch(
        /certificate revoked[^]*crlNumber=(0x)?80\n[^]*Certificate Hold/,
      );
      expect(await verify(65_536, [])).toMatch(/own\.pem: OK[^]*crlNumber=(0x)?0?10000\n/);
      expect(await verify(65_537, ['superseded'])).toMatch(/certificate revoked[^]*Superseded/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('find in the CRL the requested dates, its number and the key of its authority, and no list if it is empty', async () => {
    const thisUpdate = new Date('2049-12-31T23:30:00Z');
    const nextUpdate = new Date('2050-01-01T00:30:00Z');
    const crl = await authority.signCrl({ ...crlOf(1, []), thisUpdate, nextUpdate });
    const text = openssl(['crl', '-inform', 'DER', '-noout', '-text'], crl);
    expect(text).toMatch(/Version 2 \(0x1\)\n\s+Signature Algorithm: ecdsa-with-SHA256\n/);
    expect(text).toContain('Last Update: Dec 31 23:30:00 2049 GMT');
    expect(text).toContain('Next Update: Jan  1 00:30:00 2050 GMT');
    expect(text).toMatch(/X509v3 Authority Key Identifier:\s+(keyid:)?([0-9A-F]{2}:){19}/);
    expect(text).toMatch(/X509v3 CRL Number:\s+1\n/);
    expect(text).toContain('No Revoked Certificates');
  });

  it('find in the CRL serial numbers of any length and first bit, and every reason', async () => {
    const entries = [
      { serialNumber: '01', reason: 'keyCompromise' },
      { serialNumber: '0080', reason: 'superseded' },
      { serialNumber: 'ff00112233445566778899aabbccddeeff001122', reason: 'cessationOfOperation' },
      { serialNumber: '7', reason: 'certificateHold' },
    ] as const;
    const revokedAt = new Date('2026-01-02T03:04:05Z');
    const crl = await authority.signCrl(
      crlOf(
        1,
        entries.map((entry) => ({ ...entry, revokedAt })),
      ),
    );
    const text = openssl(['crl', '-inform', 'DER', '-noout', '-text'], crl);
    const listed = [
      ...text.matchAll(/Serial Number: (\w+)\n\s+Revocation Date: (.+)\n.+\n.+Reason Code: ?\n\s+(.+)\n/g),
    ];
    expect(listed.map(([, serial = '', date = '', reason = '']) => [serial, date, reason])).toEqual([
      ['01', 'Jan  2 03:04:05 2026 GMT', 'Key Compromise'],
      ['80', 'Jan  2 03:04:05 2026 GMT', 'Superseded'],
      ['FF00112233445566778899AABBCCDDEEFF001122', 'Jan  2 03:04:05 2026 GMT', 'Cessation Of Operation'],
      ['07', 'Jan  2 03:04:05 2026 GMT', 'Certificate Hold'],
    ]);
  });

  it('get a CRL of many pages signed with work that grows no faster than its length', async () => {
    const concat = Buffer.concat.bind(Buffer);
    /** Counts the bytes that are put together. They are not kept, because quadratic work would fill the memory. */
    const workFor = async (length: number) => {
      const revocations = Array.from({ length }, (_, index) => ({
        serialNumber: (index + 1).toString(16),
        revokedAt: new Date(),
        reason: 'superseded' as const,
      }));
      let bytes = 0;
      Buffer.concat = (parts, total) => {
        const joined = concat(parts, total);
        bytes += joined.length;
        return joined;
      };
      await authority.signCrl(crlOf(1, revocations)).finally(() => (Buffer.concat = concat));
      return bytes;
    };
    const [few, many] = [await workFor(2_000), await workFor(40_000)];
    // For twenty times as many entries, quadratic work would be four hundred times as much.
    expect(many).toBeGreaterThan(15 * few);
    expect(many).toBeLessThan(30 * few);
  });
});
