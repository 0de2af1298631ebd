import { createPrivateKey, createPublicKey, randomBytes, X509Certificate, type KeyObject } from 'node:crypto';
import type { DeviceIdentity } from '@cardwright/stage';
import type { ScepEnrolmentRequest } from '../../../../../portal/src/server/mobile/scep/registrar.js';
import { nextPhoneIdentity, nextPhoneKey } from '../../../../support/iphone/dealt-to-phones.js';
import { signedData } from '../../../../support/scep/scripted-client.js';

/** A certificate in PEM. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A key of a phone, and the transaction in which it requests a certificate. */
export interface PhoneKey extends ScepEnrolmentRequest {
  readonly key: KeyObject;
}

export async function newPhoneKey(): Promise<PhoneKey> {
  return phoneKeyOf(await nextPhoneKey());
}

/** Makes a phone request a certificate for a key, in a transaction of its own. */
export const phoneKeyOf = (key: KeyObject): PhoneKey => ({
  key,
  publicKey: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })),
  transactionId: randomBytes(10).toString('hex'),
});

export interface PhoneFacts {
  readonly udid: string;
  readonly serial: string;
  readonly product: string;
  readonly version: string;
}

/** A phone, as an enrolment sees it: its signed messages and their keys. */
export class TestPhone {
  private constructor(
    readonly facts: PhoneFacts,
    private readonly identity: DeviceIdentity,
  ) {}

  static async make(changes: Partial<PhoneFacts> = {}): Promise<TestPhone> {
    const udid = `00008140-${randomBytes(8).toString('hex').toUpperCase()}`;
    const serial = randomBytes(5).toString('hex').toUpperCase();
    const facts = { udid, serial, product: 'iPhone17,1', version: '22A3354', ...changes };
    return new TestPhone(facts, await nextPhoneIdentity());
  }

  /** Makes this phone say that it is another one: it signs these facts with its own key. */
  lying(changes: Partial<PhoneFacts>): TestPhone {
    return new TestPhone({ ...this.facts, ...changes }, this.identity);
  }

  /** Erases the phone. It is the same phone afterwards, and Apple certifies a new key of it. */
  async erased(): Promise<TestPhone> {
    return TestPhone.make(this.facts);
  }

  /** Answers with the phone's identity, signed with the certificate that Apple gave it. */
  answer(challenge: string, changes: Partial<PhoneFacts> = {}): Uint8Array {
    const { certificatePem, chainPem, keyPem } = this.identity;
    return signAnswer(this.attributes(challenge, changes), certificatePem, keyPem, chainPem, 'sha1');
  }

  /** Requests its configuration with a certificate of the portal's authority. */
  ask(certificate: Uint8Array, { key }: PhoneKey): Uint8Array {
    const pem = new X509Certificate(certificate).toString();
    return signAnswer(
      this.attributes(null),
      pem,
      key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      '',
      'sha256',
    );
  }

  /** Writes the property list that it signs. */
  attributes(challenge: string | null, changes: Partial<PhoneFacts> = {}): string {
    const { udid, serial, product, version } = { ...this.facts, ...changes };
    const entries = {
      UDID: udid,
      SERIAL: serial,
      PRODUCT: product,
      VERSION: version,
      ...(challenge && { CHALLENGE: challenge }),
    };
    const content = Object.entries(entries).map(([key, value]) => `<key>${key}</key><string>${value}</string>`);
    return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>${content.join('')}</dict></plist>`;
  }
}

/**
 * Signs CMS SignedData over a property list. It is built here, because a process of openssl for each answer costs more than what is tested;
 * answers that openssl has signed are those of the simulated iPhone, and of `unit/portal/mobile/phone-answer`.
 *
 * @param certificate of the signer, PEM
 * @param key PEM
 * @param chain certificates that are sent with it, PEM
 */
export const signAnswer = (
  content: string,
  certificate: string,
  key: string,
  chain: string,
  digest: 'sha1' | 'sha256',
): Uint8Array =>
  signedData({
    content: Buffer.from(content),
    certificate: new X509Certificate(certificate).raw,
    key: createPrivateKey(key),
    chain: (chain.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem).raw),
    digest,
  });
