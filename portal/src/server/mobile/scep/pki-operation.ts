import type { X509Certificate } from 'node:crypto';
import { IssuerAndSerialNumber, type Certificate } from 'pkijs';
import type { Algorithms } from './algorithms.js';
import { readBer } from './ber.js';
import { writeCertRep, type Answer } from './cert-rep.js';
import { certificatesOnly } from './certificates-only.js';
import { readCertificationRequest, type ReadRequest } from './certification-request.js';
import { openEnvelope, sealEnvelope, type Recipient } from './envelope.js';
import { spkiOf } from './keys.js';
import { ATTRIBUTE, MESSAGE_TYPE } from './message-attributes.js';
import { readForeignCertificate } from '@cardwright/cms/keys';
import {
  readSignedMessage,
  verifyMessage,
  type SignedMessage,
  type Signer,
  type VerifiedMessage,
} from './pki-message.js';
import { Refusal } from './refusal.js';
import type { ScepDecision, ScepEnrolmentRequest, ScepRegistrar } from './registrar.js';
import { demandSelfSigned, isInDate, isIssuedBy } from './signer-checks.js';

/** The certificate of a certification authority, as it is and as two libraries read it. */
export interface Issuer {
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
  readonly certificate: Certificate;
}

/** The certificates and the key for reading and answering messages. */
export interface Authorities {
  /** The issuers of the certificates that are accepted: the certification authority with its present key, then with its former ones. */
  readonly issuers: readonly [Issuer, ...Issuer[]];
  readonly registration: Recipient;
}

/** The answer to a message. */
export interface Outcome {
  /** The answer itself, a DER ContentInfo. */
  readonly certRep: Uint8Array;
  /** The transaction for which the answer contains the issued certificate; null for any other answer, such as an answer to GetCert. */
  readonly issued: string | null;
}

/** A verified message, with the enrolment (`place`) and the transaction to which it belongs. */
interface Inquiry extends VerifiedMessage {
  readonly place: string;
  readonly transactionId: string;
}

/** Tolerated error of a client's clock, in milliseconds. A client may also resend an earlier request within this time. */
const CLOCK_TOLERANCE = 60 * 60 * 1000;
const LONGEST_NONCE = 64;

/** Answers the messages of a PKIOperation. */
export class PkiOperation {
  readonly #answers: Readonly<Record<string, (inquiry: Inquiry) => Promise<Answer>>> = {
    [MESSAGE_TYPE.pkcsReq]: (inquiry) => this.#enrol(inquiry),
    [MESSAGE_TYPE.renewalReq]: (inquiry) => this.#renew(inquiry),
    [MESSAGE_TYPE.certPoll]: (inquiry) => this.#poll(inquiry),
    [MESSAGE_TYPE.getCert]: (inquiry) => this.#getCert(inquiry),
    [MESSAGE_TYPE.getCrl]: (inquiry) => this.#getCrl(inquiry),
  };
  static readonly #issuing: ReadonlySet<string | undefined> = new Set([
    MESSAGE_TYPE.pkcsReq,
    MESSAGE_TYPE.renewalReq,
    MESSAGE_TYPE.certPoll,
  ]);

  constructor(
    private readonly authorities: Authorities,
    private readonly registrar: ScepRegistrar,
    private readonly algorithms: Algorithms,
    private readonly now: () => number,
  ) {}

  /**
   * Answers a message of a client with a signed CertRep.
   *
   * @throws UnreadableMessage if the message is not a pkiMessage or names no transaction
   */
  async answer(place: string, body: Uint8Array): Promise<Outcome> {
    const message = readSignedMessage(body);
    const { transactionId, attributes } = message;
    const senderNonce = attributes.octets(ATTRIBUTE.senderNonce);
    const question = {
      transactionId,
      senderNonce: senderNonce && senderNonce.length <= LONGEST_NONCE ? senderNonce : undefined,
    };
    const answer = await this.#decide(place, message).catch((error: unknown): Answer => {
      if (error instanceof Refusal) return { kind: 'failure', failInfo: error.failInfo };
      throw error;
    });
    const isIssued = answer.kind === 'success' && PkiOperation.#issuing.has(attributes.text(ATTRIBUTE.messageType));
    return {
      certRep: writeCertRep(question, answer, this.authorities.registration),
      issued: isIssued ? transactionId : null,
    };
  }

  async #decide(place: string, message: SignedMessage): Promise<Answer> {
    const { transactionId, attributes } = message;
    const type = attributes.text(ATTRIBUTE.messageType) ?? '';
    const { digests, pollDigests } = this.algorithms;
    const verified = verifyMessage(message, type === MESSAGE_TYPE.certPoll ? pollDigests : digests);
    const { length = 0 } = attributes.octets(ATTRIBUTE.senderNonce) ?? {};
    if (length === 0 || length > LONGEST_NONCE)
      throw new Refusal('badRequest', 'There is no nonce, or it is too long.');
    const time = attributes.time(ATTRIBUTE.signingTime);
    // The negated comparison also refuses an invalid time (NaN).
    if (time && !(Math.abs(time.getTime() - this.now()) <= CLOCK_TOLERANCE))
      throw new Refusal('badTime', 'The message was signed at another time.');
    const answer = Object.hasOwn(this.#answers, type) ? this.#answers[type] : undefined;
    if (!answer) throw new Refusal('badRequest', 'The type of the message is unknown.');
    return answer({ ...verified, place, transactionId });
  }

  async #enrol(inquiry: Inquiry): Promise<Answer> {
    const { place, signer } = inquiry;
    demandSelfSigned(signer);
    const { publicKey, challenge } = this.#readRequest(inquiry);
    // The signer's certificate must have the key of the request (RFC 8894, 2.3). Otherwise a client could sign an envelope that was copied from
    // another client's message.
    if (!publicKey.equals(signer.publicKey)) throw new Refusal('badRequest', 'The signer has another key.');
    return this.#answerTo(inquiry, await this.registrar.enrol(place, enrolment(inquiry, publicKey), challenge));
  }

  async #renew(inquiry: Inquiry): Promise<Answer> {
    const { place, signer } = inquiry;
    if (!this.#isKnown(signer))
      throw new Refusal('badMessageCheck', "The signer's certificate is not of this authority.");
    if (!isInDate(signer, this.now())) throw new Refusal('badRequest', "The signer's certificate is out of date.");
    const { publicKey } = this.#readRequest(inquiry);
    const decision = await this.registrar.renew(place, enrolment(inquiry, publicKey), new Uint8Array(signer.x509.raw));
    return this.#answerTo(inquiry, decision);
  }

  /** Answers a poll. The transaction and the signer's key identify the request. The envelope of a poll contains just names, so it is not opened. */
  async #poll(inquiry: Inquiry): Promise<Answer> {
    const decision = await this.registrar.poll(inquiry.place, enrolment(inquiry, inquiry.signer.publicKey));
    return this.#answerTo(inquiry, decision);
  }

  /**
   * Returns a certificate to the holder of its key, and to the holder of any certificate that the authority issued and that is in date. Any other
   * client is told that the certificate does not exist, because a certificate contains a person's name.
   */
  async #getCert(inquiry: Inquiry): Promise<Answer> {
    const { signer } = inquiry;
    const found = await this.registrar.findCertificate(this.#readNamed(inquiry).serialNumber);
    const isKnown = this.#isKnown(signer) && isInDate(signer, this.now());
    if (!found || !(isKnown || readForeignCertificate(found).publicKey.equals(signer.publicKey)))
      throw unknownCertificate();
    return this.#seal(inquiry, certificatesOnly([found]));
  }

  async #getCrl(inquiry: Inquiry): Promise<Answer> {
    // The named certificate need not exist, because one CRL covers all certificates of a key. The CRLs of former keys are published elsewhere.
    const { issuer } = this.#readNamed(inquiry);
    if (issuer !== this.authorities.issuers[0]) throw unknownCertificate();
    return this.#seal(inquiry, certificatesOnly([], await this.registrar.readCrl()));
  }

  /** True if the authority certified a signer, with its present or a former key. */
  #isKnown = (signer: Signer): boolean => this.authorities.issuers.some(({ x509 }) => isIssuedBy(x509, signer));

  #readRequest(inquiry: Inquiry): ReadRequest {
    const content = openEnvelope(inquiry.content, this.authorities.registration, this.algorithms);
    return readCertificationRequest(content, this.algorithms);
  }

  /**
   * Returns the requested serial number in hexadecimal, and its issuer. If the content cannot be decrypted or read, the client is told that the
   * certificate does not exist, for the reason given at `openEnvelope`.
   */
  #readNamed(inquiry: Inquiry): { readonly issuer: Issuer; readonly serialNumber: string } {
    try {
      const content = openEnvelope(inquiry.content, this.authorities.registration, this.algorithms);
      const named = new IssuerAndSerialNumber({ schema: readBer(content) });
      const issuer = this.authorities.issuers.find(({ certificate }) => named.issuer.isEqual(certificate.subject));
      if (!issuer) throw unknownCertificate();
      const serialNumber = Buffer.from(named.serialNumber.valueBlock.valueHexView)
        .toString('hex')
        .replace(/^(?:00)+(?=.)/, '');
      return { issuer, serialNumber };
    } catch (error) {
      throw error instanceof Refusal && error.failInfo === 'badAlg' ? error : unknownCertificate();
    }
  }

  #answerTo(inquiry: Inquiry, decision: ScepDecision): Answer {
    switch (decision.kind) {
      case 'issued':
        return this.#seal(inquiry, certificatesOnly([decision.certificate, this.authorities.issuers[0].der]));
      case 'pending':
        return { kind: 'pending' };
      case 'refused':
        return { kind: 'failure', failInfo: decision.failInfo };
    }
  }

  #seal({ signer }: Inquiry, content: Uint8Array): Answer {
    return { kind: 'success', envelope: sealEnvelope(content, signer.certificate, signer.publicKey) };
  }
}

const enrolment = ({ transactionId }: Inquiry, publicKey: ReadRequest['publicKey']): ScepEnrolmentRequest => ({
  transactionId,
  publicKey: spkiOf(publicKey),
});

const unknownCertificate = () => new Refusal('badCertId', 'There is no such certificate.');
