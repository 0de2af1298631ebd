import type { KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ScepServer } from '../../../../portal/src/server/mobile/scep/scep-server.js';
import { ScepEnrolment, toldBy } from '../../../support/scep/scep-enrolment.js';
import {
  certificatesIn,
  certificatesOf,
  decrypted,
  isFor,
  openssl,
  verdictOn,
  verifiedContent,
} from '../../../support/scep/judgement.js';
import { serialNumberOf } from '../../../support/scep/memory-registrar.js';
import {
  certificationRequest,
  issuerAndSerialNumber,
  octetAttribute,
  OID,
  selfSigned,
  seq,
  spkiOf,
  subjectOf,
  textAttribute,
} from '../../../support/scep/scripted-client.js';
import { openTestAuthority, rsaKey, type TestAuthority } from '../../../support/scep/test-authority.js';
import { everyOrOneIn } from '../../../support/thorough.js';

let authority: TestAuthority;
let key: KeyObject;
let otherKey: KeyObject;
beforeAll(async () => {
  authority = await openTestAuthority();
  key = rsaKey();
  otherKey = rsaKey();
});

const enrolment = (options?: ConstructorParameters<typeof ScepEnrolment>[2]) =>
  new ScepEnrolment(authority, key, options);

/** Makes an enrolled client, and its certificate. */
async function enrolled(): Promise<{ at: ScepEnrolment; certificate: Uint8Array }> {
  const at = enrolment();
  const { body } = await at.post(at.request());
  const [certificate = new Uint8Array()] = certificatesIn(body, authority.scep, { key, certificate: selfSigned(key) });
  return { at, certificate };
}

const poll = (at: ScepEnrolment, parts: Parameters<ScepEnrolment['request']>[0] = {}) =>
  at.request({
    messageType: '20',
    content: at.sealed(seq(subjectOf(authority.scep.authority), subjectOf(selfSigned(key)))),
    ...parts,
  });

describe('a SCEP server', () => {
  it('lists its capabilities, and records the request', async () => {
    const at = enrolment();
    const { status, contentType, body } = await at.server.answer('a place', { operation: 'GetCACaps' }, 'GET', noBytes);
    expect([status, contentType]).toEqual([200, 'text/plain']);
    expect(Buffer.from(body).toString().trim().split('\n')).toEqual(
      expect.arrayContaining(['AES', 'SHA-256', 'SHA-512', 'POSTPKIOperation', 'Renewal', 'SCEPStandard']),
    );
    expect(Buffer.from(body).toString()).not.toMatch(/DES3|SHA-1\b|GetNextCACert/);
    expect(at.registrar.heard).toEqual([{ what: 'capabilities', place: 'a place' }]);
  });

  it("gives its certificates: the registration authority's, then the authority's", async () => {
    const at = enrolment();
    const { contentType, body } = await at.server.answer('a place', { operation: 'GetCACert' }, 'GET', noBytes);
    expect(contentType).toBe('application/x-x509-ca-ra-cert');
    expect(certificatesOf(body).map(toHex)).toEqual([
      toHex(authority.scep.registration.certificate),
      toHex(authority.scep.authority),
    ]);
    expect(at.registrar.heard).toEqual([{ what: 'certificates', place: 'a place' }]);
  });

  it('issues: the certificate comes first, encrypted to the client, and openssl verifies every layer', async () => {
    const at = enrolment();
    const senderNonce = Buffer.alloc(16, 7);
    const answer = await at.post(at.request({ senderNonce }));
    expect(answer.contentType).toBe('application/x-pki-message');
    const certificates = certificatesIn(answer.body, authority.scep, { key, certificate: selfSigned(key) });
    const [certificate = noBytes, issuer = noBytes] = certificates;
    expect(isFor(certificate, key)).toBe(true);
    expect(verdictOn(certificate, authority.scep.authority)).toBe('OK');
    expect(toHex(issuer)).toBe(toHex(authority.scep.authority));
    expect(textAttribute(answer.body, OID.transactionId)).toBe(at.transactionId);
    expect(textAttribute(answer.body, OID.messageType)).toBe('3');
    expect(octetAttribute(answer.body, OID.recipientNonce)).toEqual(new Uint8Array(senderNonce));
    expect(octetAttribute(answer.body, OID.senderNonce)).toHaveLength(16);
  });

  it('records a certificate as sent only when the answer has left, and no other answer', async () => {
    const at = enrolment({ confirmed: false });
    const pending = await at.post(at.request());
    at.registrar.confirm();
    const issued = await at.post(poll(at));
    expect([pending.sent, at.registrar.count('sent')]).toEqual([undefined, 0]);
    await issued.sent?.();
    expect(at.registrar.heard.at(-1)).toEqual({ what: 'sent', place: at.place, transactionId: at.transactionId });
  });

  it.each(everyOrOneIn(3, ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc']))('opens envelopes with %s', async (cipher) => {
    const at = enrolment();
    const request = certificationRequest(key, { challenges: [at.challenge] });
    expect(await at.tell(at.request({ content: at.sealed(request, { cipher }) }))).toBe('success');
  });

  it.each(everyOrOneIn(3, ['sha256', 'sha384', 'sha512']))('accepts %s, in DER and in BER', async (digest) => {
    for (const isBer of [false, true]) {
      const at = enrolment();
      const request = certificationRequest(key, { challenges: [at.challenge], digest });
      const content = at.sealed(request, { isBer });
      expect(await at.tell(at.request({ digest, content, isBer, certificate: selfSigned(key, { digest }) }))).toBe(
        'success',
      );
    }
  });

  it.each([
    ['with the plus escaped', (base64: string) => base64],
    ['with the plus turned into a space', (base64: string) => base64.replaceAll('+', ' ')],
    ['in lines', (base64: string) => base64.replace(/.{64}/g, '$&\n')],
  ])('accepts a message in the address, %s', async (_, write) => {
    const at = enrolment();
    const message = write(Buffer.from(at.request()).toString('base64'));
    expect(toldBy(await at.server.answer(at.place, { operation: 'PKIOperation', message }, 'GET', noBytes))).toBe(
      'success',
    );
  });

  it('lets a client wait until the enrolment is confirmed', async () => {
    const at = enrolment({ confirmed: false });
    const answer = await at.post(at.request());
    expect(toldBy(answer)).toBe('pending');
    expect(verifiedContent(answer.body, authority.scep)).toHaveLength(0);
    expect(await at.tell(poll(at))).toBe('pending');
    at.registrar.confirm();
    expect(await at.tell(poll(at))).toBe('success');
    expect(at.registrar.heard.map(({ what }) => what)).toEqual(['enrol', 'poll', 'poll']);
  });

  it('answers a poll as an iPhone makes it, with SHA-1 and triple DES', async () => {
    const at = enrolment();
    await at.post(at.request());
    const names = seq(subjectOf(authority.scep.authority), subjectOf(selfSigned(key)));
    const content = at.sealed(names, { cipher: 'des-ede3-cbc', isBer: true });
    expect(await at.tell(poll(at, { digest: 'sha1', content, isBer: true }))).toBe('success');
  });

  it('answers a poll only to the key of the request', async () => {
    const at = enrolment();
    await at.post(at.request());
    expect(await at.tell(poll(at, { key: otherKey, certificate: selfSigned(otherKey) }))).toBe('badRequest');
  });

  it('renews for the holder of a valid certificate, encrypted to that', async () => {
    const { at, certificate } = await enrolled();
    const content = at.sealed(certificationRequest(otherKey));
    const { body } = await at.post(at.request({ messageType: '17', transactionId: 'renewal', certificate, content }));
    const [renewed = noBytes] = certificatesIn(body, authority.scep, { key, certificate });
    expect(isFor(renewed, otherKey)).toBe(true);
    expect(verdictOn(renewed, authority.scep.authority)).toBe('OK');
  });

  it('renews for a certificate of a former key of the authority, and gives its certificate too', async () => {
    const { at, certificate } = await enrolled();
    const { ca } = await openTestAuthority();
    const { authority: former, registration } = authority.scep;
    const content = at.sealed(certificationRequest(otherKey));
    const renewal = at.request({ messageType: '17', transactionId: 'renewal', certificate, content });
    const serverOf = (formerAuthorities: readonly Uint8Array[]) => {
      const scep = { authority: ca.certificate, formerAuthorities, registration };
      return new ScepServer({ authority: () => Promise.resolve(scep), registrar: at.registrar });
    };
    const tell = async (formers: readonly Uint8Array[]) =>
      toldBy(await serverOf(formers).answer(at.place, { operation: 'PKIOperation' }, 'POST', renewal));
    expect(await tell([])).toBe('badMessageCheck');
    expect(await tell([former])).toBe('success');
    const { body } = await serverOf([former]).answer(at.place, { operation: 'GetCACert' }, 'GET', noBytes);
    expect(certificatesOf(body).map(toHex)).toEqual([registration.certificate, ca.certificate, former].map(toHex));
  });

  it('gives a certificate that it issued to the holder of its key, or of a certificate of the same authority', async () => {
    const { at, certificate } = await enrolled();
    const content = at.sealed(issuerAndSerialNumber(certificate));
    const { body } = await at.post(at.request({ messageType: '21', content }));
    const [found = noBytes] = certificatesIn(body, authority.scep, { key, certificate: selfSigned(key) });
    expect(toHex(found)).toBe(toHex(certificate));
    const colleague = await authority.certify(spkiOf(otherKey));
    const byColleague = { messageType: '21', content, key: otherKey, certificate: colleague };
    expect(await at.tell(at.request(byColleague))).toBe('success');
    const byStranger = { ...byColleague, certificate: selfSigned(otherKey) };
    expect(await at.tell(at.request(byStranger))).toBe('badCertId');
    expect(at.registrar.issued.has(serialNumberOf(certificate))).toBe(true);
  });

  it('does not know a certificate of another authority, or with a number that it never gave', async () => {
    const { at, certificate } = await enrolled();
    const stranger = at.sealed(issuerAndSerialNumber(selfSigned(key)));
    const unknown = at.sealed(issuerAndSerialNumber(certificate, Buffer.of(5)));
    expect(await at.tell(at.request({ messageType: '21', content: stranger }))).toBe('badCertId');
    expect(await at.tell(at.request({ messageType: '21', content: unknown }))).toBe('badCertId');
    expect(await at.tell(at.request({ messageType: '22', content: stranger }))).toBe('badCertId');
  });

  it('gives its CRL', async () => {
    const at = enrolment();
    const content = at.sealed(issuerAndSerialNumber(authority.scep.registration.certificate));
    const { body } = await at.post(at.request({ messageType: '22', content }));
    const pkcs7 = decrypted(verifiedContent(body, authority.scep), { key, certificate: selfSigned(key) });
    const crl = openssl(['pkcs7', '-inform', 'DER', '-in', 'p7', '-print_certs'], { p7: pkcs7 }).toString();
    expect(crl).toContain('BEGIN X509 CRL');
  });

  it("throws errors that are not the client's fault", async () => {
    const at = enrolment();
    at.registrar.enrol = () => Promise.reject(new Error('The database is away.'));
    await expect(at.post(at.request())).rejects.toThrow('The database is away.');
  });
});

const noBytes = new Uint8Array();
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
