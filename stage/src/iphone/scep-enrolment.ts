import { createHash, generateKeyPair, randomBytes, X509Certificate, type KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { subjectName } from './certificate-der.js';
import { requestCertificate } from './certificate-request.js';
import { sequence } from './der.js';
import type { Network } from './network.js';
import { openssl } from './openssl.js';
import { INVALID_SCEP_RESPONSE, installationFailed, PhoneFailure } from './phone-failure.js';
import { MESSAGE_TYPE, readAnswerHead, signMessage, type ScepAnswerHead, type ScepSigner } from './scep-message.js';
import type { ScepOrder } from './scep-order.js';
import { certificatesOf, ScepServer, type ScepServerFacts } from './scep-server.js';

const generate = promisify(generateKeyPair);
const generateKey = async (bits: number): Promise<KeyObject> =>
  (await generate('rsa', { modulusLength: bits })).privateKey;
const NONCE_BYTES = 16;
/** Values of pkiStatus (RFC 8894, 3.2.1.3). */
const STATUS = { success: '0', pending: '3' } as const;

/** A key of the phone, the certificate for this key, and the authority that issued the certificate. */
export interface Identity {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  readonly authority: X509Certificate;
}

export interface ScepClientOptions {
  readonly network: Network;
  /** Factor for the payload's `RetryDelay`. */
  readonly delayFactor: number;
  /** Size of the key in bits. Default: the size that the payload names. */
  readonly keySize?: number;
  /** Makes an RSA key of so many bits. Default: generates it. */
  readonly newKey?: (bits: number) => Promise<KeyObject>;
}

/**
 * Generates a key and gets a certificate for it, as a SCEP payload specifies.
 *
 * @throws PhoneFailure `Profile Installation Failed`
 */
export async function enrol(order: ScepOrder, options: ScepClientOptions): Promise<Identity> {
  try {
    const server = new ScepServer(order, options.network);
    const facts = await server.ask();
    const { newKey = generateKey } = options;
    const key = await newKey(options.keySize ?? order.keySize);
    return await new Enrolment(server, facts, key, order).run(options.delayFactor);
  } catch (cause) {
    if (cause instanceof PhoneFailure) throw cause;
    throw installationFailed(INVALID_SCEP_RESPONSE, cause);
  }
}

class Enrolment {
  constructor(
    private readonly server: ScepServer,
    private readonly facts: ScepServerFacts,
    private readonly key: KeyObject,
    private readonly order: ScepOrder,
  ) {}

  async run(delayFactor: number): Promise<Identity> {
    const { request, selfSigned } = await requestCertificate(this.order, this.key);
    const signer = { certificate: selfSigned, key: this.key };
    let certificate = await this.#exchange(MESSAGE_TYPE.pkcsReq, request, signer);
    const question = sequence(subjectName(this.facts.authority), subjectName(selfSigned));
    for (let retry = 0; certificate === null && retry < this.order.retries; retry++) {
      // Apple writes about `RetryDelay`: "The first retry is attempted without this delay."
      if (retry > 0) await delay(this.order.retryDelay * 1000 * delayFactor);
      certificate = await this.#exchange(MESSAGE_TYPE.certPoll, question, signer);
    }
    if (certificate === null) throw installationFailed('The certificate is still pending after the last retry.');
    await this.#expectGood(certificate);
    return { certificate, key: this.key, authority: this.facts.authority };
  }

  /**
   * Sends a message and reads the answer.
   *
   * @returns the certificate; null while the certificate is pending
   * @throws when openssl refuses the answer, or the answer belongs to another request, refuses the request, or has no certificate for the key
   */
  async #exchange(messageType: string, content: Uint8Array, signer: ScepSigner): Promise<X509Certificate | null> {
    const { cipher, recipient, digest, posts } = this.facts;
    const encrypt = ['cms', '-encrypt', '-binary', cipher, '-in', 'content', '-outform', 'DER', '-out', 'output'];
    const files = { content, 'recipient.pem': recipient.toString() };
    const envelope = await openssl([...encrypt, 'recipient.pem'], { files });
    const head = { messageType, transactionID: this.#transactionId(signer), senderNonce: randomBytes(NONCE_BYTES) };
    const answer = await this.server.send(signMessage(head, envelope, signer, digest), posts);
    const said = readAnswerHead(answer);
    const inner = await this.#verified(answer, said);
    const isReply =
      said.messageType === MESSAGE_TYPE.certRep &&
      said.transactionID === head.transactionID &&
      said.recipientNonce?.equals(head.senderNonce) === true;
    if (!isReply) throw new Error('It is no answer to what was sent.');
    if (said.pkiStatus === STATUS.pending) return null;
    if (said.pkiStatus !== STATUS.success) throw new Error(`It refused, with failInfo ${said.failInfo ?? 'none'}.`);
    return this.#certificateIn(inner, signer);
  }

  /** Verifies an answer with openssl, and returns its signed content. The signer must be the owner of the certificate `facts.recipient`. */
  #verified(answer: Buffer, { hasContent }: ScepAnswerHead): Promise<Buffer> {
    const files = {
      answer,
      'recipient.pem': this.facts.recipient.toString(),
      'authority.pem': this.facts.authority.toString(),
      empty: '',
    };
    return openssl(
      [
        ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'answer', '-out', 'output'],
        ...['-nointern', '-certfile', 'recipient.pem', '-CAfile', 'authority.pem', '-no-CApath', '-no-CAstore'],
        ...['-purpose', 'any', ...(hasContent ? [] : ['-content', 'empty'])],
      ],
      { files },
    );
  }

  async #certificateIn(
    envelope: Buffer,
    { certificate: { publicKey }, ...signer }: ScepSigner,
  ): Promise<X509Certificate> {
    const decrypt = ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', 'envelope', '-out', 'output'];
    // The legacy provider is for DES, with which micromdm's server encrypts its answers, however the request is encrypted.
    const args = [...decrypt, '-inkey', 'key.pem', '-provider', 'default', '-provider', 'legacy'];
    const inner = await openssl(args, { files: { envelope }, key: signer.key });
    const own = (await certificatesOf(inner)).find((one) => one.publicKey.equals(publicKey));
    if (own === undefined) throw new Error('It sent no certificate for that key.');
    return own;
  }

  async #expectGood(certificate: X509Certificate): Promise<void> {
    const files = { certificate: certificate.toString(), authority: this.facts.authority.toString() };
    await openssl(['verify', '-x509_strict', '-CAfile', 'authority', '-no-CApath', '-no-CAstore', 'certificate'], {
      files,
    });
  }

  /** Returns the transaction id, which is the same in all messages about one key (RFC 8894, 3.2.1.1). */
  #transactionId({ certificate: { publicKey } }: ScepSigner): string {
    return createHash('sha1')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex')
      .toUpperCase();
  }
}
