import type { KeyObject } from 'node:crypto';
import { Certificate } from 'pkijs';
import { readForeignCertificate } from '@cardwright/cms/keys';
import { ACCEPTED, type Algorithms } from './algorithms.js';
import { certificatesOnly } from './certificates-only.js';
import { PkiOperation, type Authorities, type Issuer } from './pki-operation.js';
import { UnreadableMessage } from './refusal.js';
import type { ScepRegistrar } from './registrar.js';

/** The certificates of the server, and the key with which it reads messages and signs answers. */
export interface ScepAuthority {
  /** The certificate of the certification authority's present key, in DER. */
  readonly authority: Uint8Array;
  /** Those of its former keys, whose certificates are still accepted; none if absent. */
  readonly formerAuthorities?: readonly Uint8Array[];
  /** The registration authority's certificate and key: RSA, for signatures and the encryption of keys. */
  readonly registration: { readonly certificate: Uint8Array; readonly key: KeyObject };
}

export interface ScepServerOptions {
  /** Returns the certificates and the key. Called for each request. */
  readonly authority: () => Promise<ScepAuthority>;
  readonly registrar: ScepRegistrar;
  /** Algorithms accepted in messages; `ACCEPTED` by default. The answer to GetCACaps does not depend on them. */
  readonly algorithms?: Algorithms;
  /** Returns the current time in milliseconds since 1970; by default the time of the system. */
  readonly now?: () => number;
}

/** The query parameters of a request (RFC 8894, 4.1). */
export interface ScepQuery {
  readonly operation?: string | undefined;
  /** The message of a PKIOperation sent by GET, in base64. */
  readonly message?: string | undefined;
}

export interface ScepAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Records that the client got the certificate in the answer. If the function is present, the caller calls it after the whole answer was sent. */
  readonly sent?: () => Promise<void>;
}

/** Keywords of RFC 8894, 3.5.2. An iPhone looks for AES, SHA-512 and POSTPKIOperation by name, and ignores SCEPStandard. */
const CAPABILITIES = ['AES', 'POSTPKIOperation', 'Renewal', 'SCEPStandard', 'SHA-256', 'SHA-512'];

/** Maximum size of a message in bytes. A request with a key of 4096 bits has about 5 KiB. */
export const LARGEST_MESSAGE = 64 * 1024;

const BAD_REQUEST = 400;
const TOO_LARGE = 413;

/**
 * A SCEP server (RFC 8894), which leaves HTTP to its caller. The server reads and verifies the messages of clients, lets a registrar decide, and
 * writes the answers.
 *
 * A message that names a transaction is answered by a signed CertRep, whatever is wrong with the message. Any other message and an unknown operation
 * get an empty answer with status 400. A message that is too large gets an empty answer with status 413. If a failure is not the client's fault, such
 * as an error of the registrar, it is thrown.
 */
export class ScepServer {
  #read: { readonly from: ScepAuthority; readonly authorities: Authorities } | undefined;

  constructor(private readonly options: ScepServerOptions) {}

  /**
   * Answers a request.
   *
   * @param place the last part of the address, which names an enrolment
   * @param body body of a POST; its Content-Type does not matter
   */
  async answer(place: string, query: ScepQuery, method: 'GET' | 'POST', body: Uint8Array): Promise<ScepAnswer> {
    switch (query.operation) {
      case 'GetCACaps':
        await this.options.registrar.seen(place, 'capabilities');
        return { status: 200, contentType: 'text/plain', body: Buffer.from(`${CAPABILITIES.join('\n')}\n`) };
      case 'GetCACert':
        await this.options.registrar.seen(place, 'certificates');
        return { status: 200, contentType: 'application/x-x509-ca-ra-cert', body: await this.#certificates() };
      case 'PKIOperation':
        return this.#operate(place, method === 'POST' ? body : fromBase64(query.message ?? ''));
      default:
        return failed(BAD_REQUEST);
    }
  }

  /**
   * Returns the certificates of both authorities, as a certificates-only SignedData. The certificate of the registration authority comes first,
   * because clients that ignore key usage encrypt to the first certificate. Those of former keys of the certification authority come last: one of
   * them may have certified the registration authority.
   */
  async #certificates(): Promise<Uint8Array> {
    const { authority, formerAuthorities = [], registration } = await this.options.authority();
    return certificatesOnly([registration.certificate, authority, ...formerAuthorities]);
  }

  async #operate(place: string, message: Uint8Array | null): Promise<ScepAnswer> {
    if (!message || message.length === 0) return failed(BAD_REQUEST);
    if (message.length > LARGEST_MESSAGE) return failed(TOO_LARGE);
    const { registrar, algorithms = ACCEPTED, now = Date.now } = this.options;
    const operation = new PkiOperation(await this.#authorities(), registrar, algorithms, now);
    try {
      const { certRep, issued } = await operation.answer(place, message);
      const answer = { status: 200, contentType: 'application/x-pki-message', body: certRep };
      return issued === null ? answer : { ...answer, sent: () => registrar.sent(place, issued) };
    } catch (error) {
      if (error instanceof UnreadableMessage) return failed(BAD_REQUEST);
      throw error;
    }
  }

  async #authorities(): Promise<Authorities> {
    const from = await this.options.authority();
    if (this.#read?.from !== from) this.#read = { from, authorities: readAuthorities(from) };
    return this.#read.authorities;
  }
}

const readAuthorities = ({ authority, formerAuthorities = [], registration }: ScepAuthority): Authorities => ({
  issuers: [readIssuer(authority), ...formerAuthorities.map(readIssuer)],
  registration: { certificate: Certificate.fromBER(new Uint8Array(registration.certificate)), key: registration.key },
});

const readIssuer = (der: Uint8Array): Issuer => ({
  der,
  x509: readForeignCertificate(der),
  certificate: Certificate.fromBER(new Uint8Array(der)),
});

const failed = (status: number): ScepAnswer => ({ status, contentType: 'text/plain', body: new Uint8Array() });

/**
 * Decodes base64. Returns null if the text is not base64. If the text is too long, returns more than `LARGEST_MESSAGE` bytes, so that the message is
 * refused as too large. Ignores line breaks, and reads a space as a plus sign, because a query turns an unescaped plus sign into a space.
 */
function fromBase64(text: string): Uint8Array | null {
  if (text.length > 2 * LARGEST_MESSAGE) return new Uint8Array(LARGEST_MESSAGE + 1);
  const base64 = text.replaceAll(' ', '+').replace(/[\r\n]/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? new Uint8Array(Buffer.from(base64, 'base64')) : null;
}
