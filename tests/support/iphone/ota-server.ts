import { issueCertificate, internet, type Network, type TestIdentity } from '@cardwright/stage';
import { runOpenssl } from './run-openssl.js';

/** The server's origin; nothing listens there. */
const ORIGIN = 'https://ota.example';
export const LINK = `${ORIGIN}/enrol`;
export const SERVICE = `${ORIGIN}/service`;

/** An answer that a phone sent to the profile service. */
export interface ReceivedAnswer {
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/**
 * A server for over-the-air profiles as in Apple's guide, with profiles signed by openssl. Phones reach it through its `network`,
 * which passes every other address to the real network.
 */
export class OtaServer {
  readonly answers: ReceivedAnswer[] = [];
  /** The profiles for a phone: at the link, and for its first and second answer. Text is served verbatim. */
  readonly profiles: (Uint8Array | string)[] = [];
  contentType = 'application/x-apple-aspen-config';

  private constructor(readonly signer: TestIdentity) {}

  static async make(): Promise<OtaServer> {
    return new OtaServer(await issueCertificate({ subject: '/CN=Example Profiles', extensions: [] }));
  }

  /** Signs a profile, and serves it next. */
  async serve(xml: string): Promise<Buffer> {
    const signed = await this.sign(xml);
    this.profiles.push(signed);
    return signed;
  }

  sign(xml: string): Promise<Buffer> {
    return runOpenssl(
      [
        'cms',
        '-sign',
        '-nodetach',
        '-binary',
        '-outform',
        'DER',
        '-in',
        'xml',
        '-signer',
        'signer.pem',
        '-inkey',
        'key',
      ],
      { xml, 'signer.pem': this.signer.certificate, key: this.signer.key },
    );
  }

  readonly network: Network = async (url, request) => {
    if (url.origin !== ORIGIN) return internet(url, request);
    if (url.href === LINK)
      return new Response('<a href="/help">Help</a> <a href="/enrol/profile">Download</a>', {
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    if (request.method === 'POST')
      this.answers.push({ contentType: request.headers['content-type'], body: Buffer.from(request.body ?? []) });
    const profile = this.profiles.shift();
    if (profile === undefined) return new Response('', { status: 404 });
    const body = typeof profile === 'string' ? profile : new Uint8Array(profile);
    return new Response(body, { headers: { 'content-type': this.contentType } });
  };
}
