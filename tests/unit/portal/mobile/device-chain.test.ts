import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { issueCertificate, openAppleAuthority, type DeviceKind, type TestIdentity } from '@cardwright/stage';
import {
  readPhoneAnswer,
  type AnswerTrust,
  type PhoneAnswer,
} from '../../../../portal/src/server/mobile/profiles/phone-answer.js';
import { signByOpenssl } from '../../../support/mobile/openssl-cms.js';

/** The content of the certificates of a device and above it. A chain that the portal does not wholly understand proves nothing. */

const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const DEVICE = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,keyEncipherment'];
const UNKNOWN_CRITICAL = '1.3.6.1.4.1.99999.1=critical,ASN1:NULL';
const UNKNOWN = '1.3.6.1.4.1.99999.1=ASN1:NULL';
const ELSEWHERE = 'nameConstraints=permitted;DNS:elsewhere.example';
const STRANGER = 'no certificate of a configured device authority';
const ANSWER =
  '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>UDID</key><string>00008110-001A2B3C4D5E6F70</string></dict></plist>\n';

const der = (pem: string): Uint8Array => new X509Certificate(pem).raw;

let ours: TestIdentity;
beforeAll(async () => {
  ours = await issueCertificate({ subject: '/CN=Example CA', extensions: AUTHORITY, newKey: P256 });
});

/** Extensions besides the usual ones, by place in the chain. */
type More = Partial<Record<'root' | 'authority' | 'device', readonly string[]>>;

/** Reads an answer below a root with an authority for devices, each with further extensions. */
async function read(more: More, configured: 'root' | 'authority' = 'root'): Promise<PhoneAnswer> {
  const make = (name: string, extensions: readonly string[], issuer?: TestIdentity): Promise<TestIdentity> =>
    issueCertificate({ subject: `/CN=${name}`, extensions, issuer, newKey: P256 });
  const root = await make('Example Root', [...AUTHORITY, ...(more.root ?? [])]);
  const authority = await make('Example iPhone Device CA', [...AUTHORITY, ...(more.authority ?? [])], root);
  const device = await make('device', [...DEVICE, ...(more.device ?? [])], authority);
  const message = await signByOpenssl(ANSWER, { signer: device, chain: authority.certificate });
  const anchor = configured === 'root' ? root : authority;
  const trust = { deviceAuthorities: [der(anchor.certificate)], authorities: [der(ours.certificate)] };
  return readPhoneAnswer(message, trust);
}

describe('a chain with an extension that the portal does not know', () => {
  it.each([
    ['root', STRANGER],
    ['authority', STRANGER],
    ['device', 'a critical extension that is not known'],
  ])('is refused if it is critical: %s', async (place, reason) => {
    await expect(read({ [place]: [UNKNOWN_CRITICAL] })).rejects.toThrow(reason);
  });

  it('is refused if it is critical in the configured authority, which issued to the device', async () => {
    await expect(read({ authority: [UNKNOWN_CRITICAL] }, 'authority')).rejects.toThrow(STRANGER);
  });

  it('is accepted if it is not critical', async () => {
    const more = { root: [UNKNOWN], authority: [UNKNOWN], device: [UNKNOWN] };
    expect((await read(more)).signer).toBe('device');
  });
});

describe('an authority with name constraints', () => {
  it.each([
    ['critical, in the root', { root: [ELSEWHERE.replace('=', '=critical,')] }],
    ['not critical, in the root', { root: [ELSEWHERE] }],
    ['not critical, in the authority for devices', { authority: [ELSEWHERE] }],
  ])('vouches for no device: %s', async (_, more) => {
    await expect(read(more)).rejects.toThrow(STRANGER);
  });
});

describe('the certificate of a device', () => {
  it('may be for TLS alone, critically, as all of Apple’s are', async () => {
    expect((await read({ device: ['extendedKeyUsage=critical,serverAuth,clientAuth'] })).signer).toBe('device');
  });

  it('may be for TLS alone, but not that of its authority', async () => {
    await expect(read({ authority: ['extendedKeyUsage=critical,serverAuth,clientAuth'] })).rejects.toThrow(STRANGER);
  });

  it.each<[DeviceKind, boolean]>([
    ['phone', true],
    ['computer', false],
  ])('has to be marked as that of a phone, if it is marked: %s', async (kind, isAccepted) => {
    const apple = await openAppleAuthority();
    const { certificatePem, keyPem, chainPem } = await apple.issueDevice(kind);
    const signer = { certificate: certificatePem, key: keyPem };
    const message = await signByOpenssl(ANSWER, { signer, chain: chainPem });
    const trust: AnswerTrust = { deviceAuthorities: [der(apple.rootPem)], authorities: [der(ours.certificate)] };
    const reading = readPhoneAnswer(message, trust);
    if (isAccepted) expect((await reading).signer).toBe('device');
    else await expect(reading).rejects.toThrow('The certificate of the signer is for a device of another kind.');
  });
});
