import { createHash, X509Certificate } from 'node:crypto';
import { splitCertificates } from './certificate-der.js';
import { bytesOf, type Network } from './network.js';
import { openssl } from './openssl.js';
import type { ScepOrder } from './scep-order.js';
import type { Digest } from './scep-message.js';

/** User agent of the phone's SCEP client, as it may appear in the portal's log. */
const USER_AGENT = 'mdmd (unknown version) CFNetwork/1568.100.1 Darwin/24.0.0';
/**
 * The hash algorithm of a fingerprint, by the fingerprint's length in bytes. A phone supports no other algorithms (Apple's Security,
 * SecSCEPValidateCACertMessage).
 */
const FINGERPRINTS: Readonly<Record<number, string>> = { 16: 'md5', 20: 'sha1' };

/** Capabilities and certificates that the server reports, and the algorithms that the phone therefore uses. */
export interface ScepServerFacts {
  readonly posts: boolean;
  readonly digest: Digest;
  readonly cipher: '-aes-128-cbc' | '-des3';
  readonly authority: X509Certificate;
  /**
   * The certificate to which messages are encrypted and with which answers are signed: the registration authority's certificate or, if there is no
   * registration authority, the authority's own.
   */
  readonly recipient: X509Certificate;
}

/** The SCEP server that a payload names. */
export class ScepServer {
  constructor(
    private readonly order: Pick<ScepOrder, 'url' | 'name' | 'caFingerprint'>,
    private readonly network: Network,
  ) {}

  /**
   * Sends GetCACaps and GetCACert.
   *
   * @throws if an answer is malformed or its status is not 200, if no certificate is an authority's, or if the fingerprint does not belong to this
   * authority
   */
  async ask(): Promise<ScepServerFacts> {
    const capabilities = new Set((await this.#get('GetCACaps')).toString('ascii').split(/\s+/));
    const isStandard = capabilities.has('SCEPStandard');
    const has = (name: string): boolean => isStandard || capabilities.has(name);
    const certificates = await readCertificates(await this.#get('GetCACert'));
    const authority = certificates.find((one) => one.ca && certificates.every((other) => other.checkIssued(one)));
    if (authority === undefined) throw new Error('It has no certificate of an authority.');
    this.#expectFingerprint(authority);
    return {
      posts: has('POSTPKIOperation'),
      digest: has('SHA-256') ? 'sha256' : 'sha1',
      cipher: has('AES') ? '-aes-128-cbc' : '-des3',
      authority,
      recipient: certificates.find((one) => !one.ca) ?? authority,
    };
  }

  /**
   * Sends a pkiMessage.
   *
   * @returns the bytes of the answer
   */
  async send(message: Buffer, posts: boolean): Promise<Buffer> {
    if (!posts) return this.#get('PKIOperation', message.toString('base64'));
    const headers = { 'user-agent': USER_AGENT, 'content-type': 'application/x-pki-message' };
    const url = this.#address('PKIOperation');
    return okBytes(await this.network(url, { method: 'POST', headers, body: new Uint8Array(message) }));
  }

  async #get(operation: string, message: string | null = this.order.name): Promise<Buffer> {
    const url = this.#address(operation);
    if (message !== null) url.searchParams.set('message', message);
    return okBytes(await this.network(url, { method: 'GET', headers: { 'user-agent': USER_AGENT } }));
  }

  #address(operation: string): URL {
    const url = new URL(this.order.url);
    url.searchParams.set('operation', operation);
    return url;
  }

  #expectFingerprint(authority: X509Certificate): void {
    const { caFingerprint } = this.order;
    if (caFingerprint === null) return;
    const hash = FINGERPRINTS[caFingerprint.length];
    if (hash === undefined || !createHash(hash).update(authority.raw).digest().equals(caFingerprint))
      throw new Error('It is another authority than the profile says.');
  }
}

/** Reads one DER certificate, or the certificates in a PKCS #7 SignedData (RFC 8894, 4.2.1). */
async function readCertificates(bytes: Buffer): Promise<X509Certificate[]> {
  try {
    return [new X509Certificate(bytes)];
  } catch {
    return certificatesOf(bytes);
  }
}

/** Reads the certificates of a DER SignedData that has no signers (certificates-only, RFC 8894, 3.4). */
export async function certificatesOf(bytes: Uint8Array): Promise<X509Certificate[]> {
  const args = ['pkcs7', '-inform', 'DER', '-in', 'message', '-print_certs', '-out', 'output'];
  const pem = await openssl(args, { files: { message: bytes } });
  return splitCertificates(pem.toString()).map((one) => new X509Certificate(one));
}

async function okBytes(response: Response): Promise<Buffer> {
  if (response.status !== 200) throw new Error(`It answered ${response.status}.`);
  return bytesOf(response);
}
