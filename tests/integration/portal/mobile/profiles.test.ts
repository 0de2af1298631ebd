import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect } from '@jest/globals';
import type { PhoneSlot } from '@cardwright/cms/authority';
import { askProgram, issueCertificate, type TestIdentity } from '@cardwright/stage';
import type {
  CertificateOrder,
  PropertyDictionary,
} from '../../../../portal/src/server/mobile/profiles/enrolment-method.js';
import { openProfileSigner } from '../../../../portal/src/server/mobile/profiles/profile-signer.js';
import {
  configurationProfile,
  enrolmentProfile,
  identificationProfile,
  payloadIdentifier,
  profileIdentifier,
} from '../../../../portal/src/server/mobile/profiles/profiles.js';
import { scepMethod } from '../../../../portal/src/server/mobile/profiles/scep-method.js';
import { writePropertyList } from '../../../../portal/src/server/mobile/profiles/write-property-list.js';
import { encodeByOpenssl, verifyByOpenssl } from '../../../support/mobile/openssl-cms.js';

const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const LEAF = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
/** The required keys of every payload and every profile (apple/device-management, CommonPayloadKeys and TopLevel). */
const REQUIRED = ['PayloadIdentifier', 'PayloadType', 'PayloadUUID', 'PayloadVersion'];
/** Python's plistlib as the judge: prints the list as JSON, bytes as base64. */
const PLIST_TO_JSON = `
import base64, json, plistlib, sys
print(json.dumps(plistlib.loads(sys.stdin.buffer.read(), fmt=plistlib.FMT_XML), default=lambda b: base64.b64encode(b).decode()))`;
import { drawnTests } from '../../../support/thorough.js';

const drawnIt = drawnTests(2);

const identifier = profileIdentifier({ host: 'cards.example.com', user: 'u-1', device: '00008110-001A2B3C4D5E6F70' });
const ORGANIZATION = 'Example <Cards> & Söhne';
const icon = 'https://cards.example.com/mobile/installed/1/k3Jx-7_tQ';
const options = { organization: ORGANIZATION, language: 'en', identifier } as const;

let root: TestIdentity;
let middle: TestIdentity;
let authority: Uint8Array;
beforeAll(async () => {
  root = await issueCertificate({ subject: '/CN=Example CA', extensions: AUTHORITY, newKey: P256 });
  middle = await issueCertificate({ subject: '/CN=Middle', extensions: AUTHORITY, newKey: P256, issuer: root });
  authority = new X509Certificate(root.certificate).raw;
});

const order = (slot: PhoneSlot, other: Partial<CertificateOrder> = {}): CertificateOrder => ({
  slot,
  url: 'https://cards.example.com/mobile/scep/1',
  challenge: `challenge of ${slot}`,
  displayName: `Name of ${slot}`,
  commonName: 'Alice Exämple',
  email: null,
  upn: null,
  sid: null,
  identifier: payloadIdentifier(identifier, slot),
  ...other,
});

const method = (of = authority): ReturnType<typeof scepMethod> =>
  scepMethod({ authority: of, name: 'cardwright', keySize: 2048, retries: 30, retryDelay: 10 });

/** Signs a profile, has openssl verify it against only the root, and Python read it. */
async function judged(profile: PropertyDictionary, newKey = P256): Promise<Payload> {
  const signer = await issueCertificate({ subject: '/CN=Signer', extensions: LEAF, newKey, issuer: middle });
  const content = writePropertyList(profile);
  const signed = await openProfileSigner({
    certificates: [signer, middle].map(({ certificate }) => new X509Certificate(certificate).raw),
    key: createPrivateKey(signer.key),
  }).sign(content);
  const verified = await verifyByOpenssl(signed, root.certificate);
  expect(verified).toEqual(content);
  expect(await encodeByOpenssl(signed)).toEqual(Buffer.from(signed));
  const { succeeded, text } = await askProgram('python3', ['-c', PLIST_TO_JSON], { input: verified.toString('utf8') });
  expect({ succeeded, text }).toMatchObject({ succeeded: true });
  return JSON.parse(text) as Payload;
}

/** As JSON. */
interface Payload {
  readonly [key: string]: unknown;
  readonly PayloadContent: Readonly<Record<string, unknown>> | readonly Payload[];
}

const payloadsOf = ({ PayloadContent }: Payload): readonly Payload[] =>
  Array.isArray(PayloadContent) ? (PayloadContent as readonly Payload[]) : [];

describe('a profile that openssl has verified and plistlib has read', () => {
  drawnIt('asks a phone for its identity', async () => {
    const url = 'https://cards.example.com/mobile/profile-service/1?a=b&c';
    const profile = await judged(identificationProfile({ ...options, url, challenge: 'k3Jx-7_tQ' }));
    expect(profile).toEqual({
      PayloadType: 'Profile Service',
      PayloadVersion: 1,
      PayloadIdentifier: `${identifier}.identification`,
      PayloadUUID: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
      PayloadDisplayName: 'Add this device',
      PayloadDescription: expect.stringContaining(`${ORGANIZATION} learns the model`),
      PayloadOrganization: ORGANIZATION,
      PayloadContent: { URL: url, DeviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'], Challenge: 'k3Jx-7_tQ' },
    });
  });

  drawnIt('has a phone enrol for the certificate that it answers with, in German', async () => {
    const certificate = order('phone-identity');
    const profile = await judged(enrolmentProfile({ ...options, language: 'de', method: method(), certificate }), [
      'rsa:2048',
    ]);
    expect(profile).toMatchObject({
      PayloadType: 'Configuration',
      PayloadDisplayName: 'Dieses Gerät bestätigen',
      TargetDeviceType: 1,
    });
    expect(payloadsOf(profile)).toEqual([
      {
        PayloadType: 'com.apple.security.scep',
        PayloadVersion: 1,
        PayloadIdentifier: `${identifier}.phone-identity`,
        PayloadUUID: expect.any(String),
        PayloadDisplayName: 'Name of phone-identity',
        PayloadContent: {
          URL: certificate.url,
          Name: 'cardwright',
          Subject: [[['CN', 'Alice Exämple']]],
          Challenge: certificate.challenge,
          Keysize: 2048,
          'Key Type': 'RSA',
          'Key Usage': 5,
          KeyIsExtractable: false,
          CAFingerprint: createHash('sha1').update(authority).digest('base64'),
          Retries: 30,
          RetryDelay: 10,
        },
      },
    ]);
  });

  drawnIt('brings the certificates of a user and that of the authority', async () => {
    const certificates = [
      order('phone-authentication', {
        email: 'a@example.com',
        upn: 'alice@corp.example.com',
        sid: 'S-1-5-21-1-2-3-1104',
      }),
      order('phone-signature', { email: 'a@example.com' }),
      order('phone-encryption'),
    ];
    const profile = await judged(configurationProfile({ ...options, method: method(), certificates, authority, icon }));
    expect(profile).toMatchObject({
      PayloadIdentifier: identifier,
      PayloadDisplayName: `${ORGANIZATION}: certificates`,
    });
    expect(profile).not.toHaveProperty('PayloadRemovalDisallowed');
    const [ca, ...scep] = payloadsOf(profile);
    expect(scep.pop()).toMatchObject({
      PayloadType: 'com.apple.webClip.managed',
      Label: 'Finish setup',
      URL: icon,
      IsRemovable: true,
    });
    expect(ca).toMatchObject({
      PayloadType: 'com.apple.security.root',
      PayloadDisplayName: 'Example CA',
      PayloadCertificateFileName: 'authority.cer',
      PayloadContent: Buffer.from(authority).toString('base64'),
    });
    expect(scep.map(({ PayloadContent }) => PayloadContent)).toMatchObject([
      {
        'Key Usage': 5,
        SubjectAltName: {
          rfc822Name: 'a@example.com',
          ntPrincipalName: 'alice@corp.example.com',
          uniformResourceIdentifier: 'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104',
        },
      },
      { 'Key Usage': 1, SubjectAltName: { rfc822Name: 'a@example.com' } },
      { 'Key Usage': 4 },
    ]);
    expect(scep[2]?.PayloadContent).not.toHaveProperty('SubjectAltName');
    expectIdentifiable(profile);
  });

  drawnIt(
    'has new UUIDs and the same identifiers when it is made again, so that the new one replaces the old',
    async () => {
      const make = (): Promise<Payload> =>
        judged(
          configurationProfile({
            ...options,
            method: method(),
            certificates: [order('phone-authentication')],
            authority,
            icon,
          }),
        );
      const [first, second] = [await make(), await make()].map((profile) => [profile, ...payloadsOf(profile)]);
      const values = (payloads: readonly Payload[] = [], key: string): unknown[] =>
        payloads.map((payload) => payload[key]);
      expect(values(first, 'PayloadIdentifier')).toEqual(values(second, 'PayloadIdentifier'));
      expect(values(second, 'PayloadUUID').filter((uuid) => values(first, 'PayloadUUID').includes(uuid))).toEqual([]);
    },
  );

  drawnIt(
    'does not treat an authority below another one as a root, and gives no fingerprint that a phone might not find',
    async () => {
      const below = new X509Certificate(middle.certificate).raw;
      const certificates = [order('phone-authentication')];
      const profile = await judged(
        configurationProfile({ ...options, method: method(below), certificates, authority: below, icon }),
      );
      const [ca, scep] = payloadsOf(profile);
      expect(ca).toMatchObject({ PayloadType: 'com.apple.security.pkcs1', PayloadDisplayName: 'Middle' });
      expect(scep?.PayloadContent).not.toHaveProperty('CAFingerprint');
    },
  );

  function expectIdentifiable(profile: Payload): void {
    const all = [profile, ...payloadsOf(profile)];
    for (const payload of all) expect(Object.keys(payload)).toEqual(expect.arrayContaining(REQUIRED));
    expect(new Set(all.map(({ PayloadUUID }) => PayloadUUID)).size).toBe(all.length);
    expect(new Set(all.map(({ PayloadIdentifier }) => PayloadIdentifier)).size).toBe(all.length);
  }
});

describe('an altered profile', () => {
  drawnIt('is not accepted by openssl', async () => {
    const signer = await issueCertificate({ subject: '/CN=Signer', extensions: LEAF, newKey: P256, issuer: root });
    const signed = await openProfileSigner({
      certificates: [new X509Certificate(signer.certificate).raw],
      key: createPrivateKey(signer.key),
    }).sign(
      writePropertyList(identificationProfile({ ...options, url: 'https://cards.example.com/', challenge: 'x' })),
    );
    await verifyByOpenssl(signed, root.certificate);
    const changed = Buffer.from(signed);
    changed.write('C', changed.indexOf('cards.example.com'));
    await expect(verifyByOpenssl(changed, root.certificate)).rejects.toThrow('verification failure');
    await expect(verifyByOpenssl(signed, middle.certificate)).rejects.toThrow('unable to get local issuer');
  });
});
