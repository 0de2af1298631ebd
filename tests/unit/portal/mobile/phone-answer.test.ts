import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { issueCertificate, openAppleAuthority, type TestIdentity } from '@cardwright/stage';
import { readPhoneAnswer, type AnswerTrust } from '../../../../portal/src/server/mobile/profiles/phone-answer.js';
import { UnreadableAnswer } from '../../../../portal/src/server/mobile/profiles/unreadable-answer.js';
import { thoroughIt } from '../../../support/thorough.js';
import { signAgain, signByOpenssl, type OpensslSignature } from '../../../support/mobile/openssl-cms.js';

const UDID = '00008110-001A2B3C4D5E6F70';
/** Without key identifiers, so that only the signature distinguishes a certificate from a forged one. */
const ANONYMOUS = ['subjectKeyIdentifier=none', 'authorityKeyIdentifier=none'];
const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign', ...ANONYMOUS];
const LEAF = ['basicConstraints=critical,CA:FALSE', ...ANONYMOUS];
const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const YEARS_AGO = { from: '20200101000000Z', to: '20210101000000Z' };
const ATTRIBUTES = {
  UDID,
  VERSION: '22A3354',
  PRODUCT: 'iPhone17,3',
  SERIAL: 'F2LXK0AAJCLM',
  CHALLENGE: 'k3Jx-7_tQ',
};

const list = (entries: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n<dict>${entries}</dict>\n</plist>\n`;
const entry = ([key, value]: [string, string]): string => `<key>${key}</key>\n<string>${value}</string>\n`;
const listOf = (attributes: Readonly<Record<string, string>>): string =>
  list(Object.entries(attributes).map(entry).join(''));
const ANSWER = listOf(ATTRIBUTES);
const der = (pem: string): Uint8Array => new X509Certificate(pem).raw;
const keyOf = (pem: string): string =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

let phone: TestIdentity;
let chain: string;
let root: string;
let ours: TestIdentity;
let identity: TestIdentity;
let trust: AnswerTrust;

beforeAll(async () => {
  const apple = await openAppleAuthority();
  const device = await apple.issueDevice();
  phone = { certificate: device.certificatePem, key: device.keyPem };
  chain = device.chainPem;
  root = apple.rootPem;
  ours = await issueCertificate({ subject: '/CN=Example CA', extensions: AUTHORITY, newKey: P256 });
  identity = await issueCertificate({ subject: '/CN=phone', extensions: LEAF, newKey: P256, issuer: ours });
  trust = { deviceAuthorities: [der(root)], authorities: [der(ours.certificate)] };
});

const byPhone = (content: string | Uint8Array = ANSWER, other: Partial<OpensslSignature> = {}): Promise<Buffer> =>
  signByOpenssl(content, { signer: phone, chain, ...other });
const byIdentity = (other: Partial<OpensslSignature> = {}): Promise<Buffer> =>
  signByOpenssl(ANSWER, { signer: identity, hash: 'sha256', ...other });

describe('an answer that a phone signs', () => {
  it('is read, though its whole chain is signed with SHA-1 and half of it has expired', async () => {
    const answer = await readPhoneAnswer(await byPhone(), trust);
    expect(answer).toEqual({
      signer: 'device',
      certificate: new Uint8Array(der(phone.certificate)),
      key: keyOf(phone.certificate),
      attributes: {
        udid: UDID,
        serial: 'F2LXK0AAJCLM',
        product: 'iPhone17,3',
        version: '22A3354',
        challenge: 'k3Jx-7_tQ',
      },
    });
  });

  it('is read if the authority for devices itself is configured, and none is sent', async () => {
    const [deviceAuthority = ''] = chain.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? [];
    const answer = await readPhoneAnswer(await byPhone(ANSWER, { chain: undefined }), {
      ...trust,
      deviceAuthorities: [der(deviceAuthority)],
    });
    expect(answer.signer).toBe('device');
  });

  it.each([
    ['SHA-256', { hash: 'sha256' }],
    ['no signed attributes', { more: ['-nodetach', '-noattr'] }],
    ['content in pieces, as BER allows', { more: ['-nodetach', '-stream'] }],
  ])('is read with %s', async (_, other) => {
    expect((await readPhoneAnswer(await byPhone(ANSWER, other), trust)).attributes.udid).toBe(UDID);
  });
});

describe('an answer signed with a certificate of our authority', () => {
  it('is read', async () => {
    const answer = await readPhoneAnswer(await byIdentity(), trust);
    expect(answer.signer).toBe('identity');
    expect(Buffer.from(answer.certificate)).toEqual(der(identity.certificate));
  });

  it('is refused if it is signed with SHA-1', async () => {
    await expect(readPhoneAnswer(await byIdentity({ hash: 'sha1' }), trust)).rejects.toThrow('SHA-1 is accepted from');
  });

  it('is refused if the certificate is signed with SHA-1', async () => {
    const signer = await issueCertificate({
      subject: '/CN=phone',
      extensions: LEAF,
      newKey: P256,
      issuer: ours,
      hash: 'sha1',
    });
    await expect(readPhoneAnswer(await byIdentity({ signer }), trust)).rejects.toThrow('SHA-1 is accepted from');
  });

  it('is refused if the certificate has expired', async () => {
    const signer = await issueCertificate({
      subject: '/CN=phone',
      extensions: LEAF,
      newKey: P256,
      issuer: ours,
      validity: YEARS_AGO,
    });
    await expect(readPhoneAnswer(await byIdentity({ signer }), trust)).rejects.toThrow('not valid at this time');
  });

  it('is refused if only the name of the issuer is that of our authority', async () => {
    const other = await issueCertificate({ subject: '/CN=Example CA', extensions: AUTHORITY, newKey: P256 });
    const signer = await issueCertificate({ subject: '/CN=phone', extensions: LEAF, newKey: P256, issuer: other });
    await expectStranger(byIdentity({ signer, chain: other.certificate }));
  });

  it('is refused if a certificate of ours has issued the one of the signer', async () => {
    const signer = await issueCertificate({
      subject: '/CN=another phone',
      extensions: LEAF,
      newKey: P256,
      issuer: identity,
    });
    await expectStranger(byIdentity({ signer, chain: identity.certificate }));
  });
});

describe('an answer of a signer without a certificate for devices', () => {
  it('is refused if the certificate is self-signed', async () => {
    const signer = await issueCertificate({ subject: '/CN=x', extensions: LEAF, newKey: P256 });
    await expectStranger(byPhone(ANSWER, { signer, chain: undefined }));
  });

  it('is refused if another root stands above it, though every name is right', async () => {
    const names = [root, ...(chain.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? []).reverse()];
    let issuer: TestIdentity | undefined;
    let forged = '';
    for (const name of names) {
      issuer = await issueCertificate({ subject: subjectOf(name), extensions: AUTHORITY, issuer, newKey: P256 });
      forged += issuer.certificate;
    }
    const signer = await issueCertificate({
      subject: subjectOf(phone.certificate),
      extensions: LEAF,
      newKey: P256,
      issuer,
    });
    await expectStranger(byPhone(ANSWER, { signer, chain: forged }));
    await expectStranger(byPhone(ANSWER, { signer, chain: chain + forged }));
  });

  it.each([
    ['a certificate for use, not for issuing', LEAF],
    [
      'an authority that may not sign certificates',
      ['basicConstraints=CA:TRUE', 'keyUsage=digitalSignature', ...ANONYMOUS],
    ],
    ['a certificate without any extension', ANONYMOUS],
  ])('is refused if %s has issued it, whatever its name', async (_, extensions) => {
    const top = await issueCertificate({ subject: '/CN=Example Root', extensions: AUTHORITY, newKey: P256 });
    const subject = '/CN=Apple iPhone Device CA';
    const issuer = await issueCertificate({ subject, extensions, newKey: P256, issuer: top });
    const signer = await issueCertificate({ subject: '/CN=x', extensions: LEAF, newKey: P256, issuer });
    const answer = await byPhone(ANSWER, { signer, chain: issuer.certificate });
    for (const configured of [top, issuer]) {
      const deviceAuthorities = [der(configured.certificate)];
      await expectStranger(Promise.resolve(answer), { ...trust, deviceAuthorities });
    }
  });

  it('is refused for a developer’s certificate, below the same root', async () => {
    const apple = await issueCertificate({ subject: '/CN=Example Root', extensions: AUTHORITY, newKey: P256 });
    const issuedBelow = async (name: string): Promise<Buffer> => {
      const subject = `/CN=${name}`;
      const authority = await issueCertificate({ subject, extensions: AUTHORITY, issuer: apple, newKey: P256 });
      const signer = await issueCertificate({ subject: '/CN=x', extensions: LEAF, newKey: P256, issuer: authority });
      return byPhone(ANSWER, { signer, chain: authority.certificate });
    };
    const below = { ...trust, deviceAuthorities: [der(apple.certificate)] };
    await expect(readPhoneAnswer(await issuedBelow('Worldwide Developer Relations'), below)).rejects.toThrow(
      'no certificate of a configured device authority',
    );
    expect((await readPhoneAnswer(await issuedBelow('Some iPhone Device CA'), below)).signer).toBe('device');
  });

  it('is refused if there are more authorities than the one above allows', async () => {
    const noneBelow = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'];
    const top = await issueCertificate({ subject: '/CN=Example Root', extensions: noneBelow, newKey: P256 });
    const subject = '/CN=Some iPhone Device CA';
    const lower = await issueCertificate({ subject, extensions: AUTHORITY, issuer: top, newKey: P256 });
    const signer = await issueCertificate({ subject: '/CN=x', extensions: LEAF, newKey: P256, issuer: lower });
    const answer = await byPhone(ANSWER, { signer, chain: lower.certificate });
    await expect(readPhoneAnswer(answer, { ...trust, deviceAuthorities: [der(top.certificate)] })).rejects.toThrow(
      UnreadableAnswer,
    );
  });
});

describe('a message that no phone sends', () => {
  it('is refused if it is not signed', async () => {
    await expect(readPhoneAnswer(Buffer.from(ANSWER), trust)).rejects.toThrow('no CMS SignedData');
  });

  it('is refused if one byte of the content is changed', async () => {
    const message = await byPhone();
    const place = message.indexOf('F2LXK0AAJCLM');
    message.write('G', place);
    await expect(readPhoneAnswer(message, trust)).rejects.toThrow('altered after it was signed');
  });

  it('is refused if one byte of the content is changed and no attributes are signed', async () => {
    const message = await byPhone(ANSWER, { more: ['-nodetach', '-noattr'] });
    message.write('G', message.indexOf('F2LXK0AAJCLM'));
    await expect(readPhoneAnswer(message, trust)).rejects.toThrow('signature of the message is wrong');
  });

  it.each(['contentType', 'signingTime'])('is refused if the signed attribute %s is changed', async (name) => {
    const identifiers = { contentType: '06092a864886f70d010903', signingTime: '06092a864886f70d010905' };
    const message = await byPhone();
    const place = message.indexOf(Buffer.from(identifiers[name as keyof typeof identifiers], 'hex'));
    const last = place + 11 + (name === 'contentType' ? 12 : 15);
    message.writeUInt8(message.readUInt8(last) ^ 1, last);
    await expect(readPhoneAnswer(message, trust)).rejects.toThrow(UnreadableAnswer);
  });

  it.each([
    ['detached content', 'has no content', { more: [] }],
    ['the signer named by a key identifier', 'by issuer and serial number', { more: ['-nodetach', '-keyid'] }],
    [
      'no certificate of the signer',
      "lacks its signer's certificate",
      { more: ['-nodetach', '-nocerts'], chain: undefined },
    ],
    ['MD5', 'unknown hash function', { hash: 'md5' }],
    ['RSA-PSS', 'a way that is not accepted', { more: ['-nodetach', '-keyopt', 'rsa_padding_mode:pss'] }],
    ['content of another type', 'not plain data', { more: ['-nodetach', '-econtent_type', '1.2.3.4'] }],
  ])('is refused with %s', async (_, reason, other) => {
    await expect(readPhoneAnswer(await byPhone(ANSWER, other), trust)).rejects.toThrow(reason);
  });

  it('is refused if a second signer has signed it too', async () => {
    const both = await signAgain(await byPhone(), identity);
    await expect(readPhoneAnswer(both, trust)).rejects.toThrow('more than one signer');
  });

  it('is refused if it carries too many certificates', async () => {
    const crowd = Array.from({ length: 8 }, (_, index) =>
      issueCertificate({ subject: `/CN=${index}`, extensions: LEAF, newKey: P256 }),
    );
    const certificates = (await Promise.all(crowd)).map(({ certificate }) => certificate).join('');
    await expect(readPhoneAnswer(await byPhone(ANSWER, { chain: chain + certificates }), trust)).rejects.toThrow(
      'too many certificates',
    );
  });

  it('is refused if it is too large, before it is parsed', async () => {
    const padding = 'x'.repeat(1_000_000);
    await expect(readPhoneAnswer(await byPhone(listOf({ ...ATTRIBUTES, padding })), trust)).rejects.toThrow(
      'too large',
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a short read', Buffer.from('308006092a864886f70d010702a080', 'hex')],
    ['elements in elements', Buffer.from('3080'.repeat(30_000), 'hex')],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))],
  ])('is refused if it is %s', async (_, bytes) => {
    await expect(readPhoneAnswer(bytes, trust)).rejects.toThrow(UnreadableAnswer);
  });

  it('is refused with one changed bit, or the bit has no meaning', () => expectSteadfast(15));
  thoroughIt('is so in many more places', () => expectSteadfast(400));

  it('is refused wherever it is cut off', async () => {
    const message = await byPhone();
    for (let length = 1; length < message.length; length += Math.ceil(message.length / 8)) {
      await expect(readPhoneAnswer(message.subarray(0, length), trust)).rejects.toThrow(UnreadableAnswer);
    }
  });
});

/** Flips a bit of a good message in so many places, one at a time. */
async function expectSteadfast(places: number): Promise<void> {
  const message = await byPhone();
  const step = Math.ceil(message.length / places);
  for (let place = Number(process.env.CARDWRIGHT_SEED ?? 0) % step; place < message.length; place += step) {
    const changed = Buffer.from(message);
    changed.writeUInt8(changed.readUInt8(place) ^ (1 << (place % 8)), place);
    const outcome = await readPhoneAnswer(changed, trust).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UnreadableAnswer);
    else expect(outcome).toMatchObject({ signer: 'device', attributes: { udid: UDID, challenge: 'k3Jx-7_tQ' } });
  }
}

async function expectStranger(message: Promise<Buffer>, trusted = trust): Promise<void> {
  await expect(readPhoneAnswer(await message, trusted)).rejects.toThrow(
    'no certificate of a configured device authority',
  );
}

const subjectOf = (pem: string): string => `/${new X509Certificate(pem).subject.split('\n').join('/')}`;
