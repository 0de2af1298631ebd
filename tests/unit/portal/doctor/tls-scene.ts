import 'reflect-metadata';
import { KeyObject } from 'node:crypto';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { newKeyRing } from '@cardwright/cms/keys';
import * as x509 from '@peculiar/x509';
import {
  certify,
  newKeys,
  type CertificateOrder,
  type Certified,
} from '../../../integration/portal/support/attestation-authority.js';

/** A public root, one of a company, and the keys that a portal publishes. */
export const ROOT = await certify({ subject: 'Public root', until: 3650 });
export const OWN_ROOT = await certify({ subject: 'Root of a company', until: 3650 });
export const KEYS = (await newKeyRing()).published;

export const pemOf = ({ certificate }: Certified): string => certificate.toString('pem');
export const derOf = ({ certificate }: Certified): Uint8Array => new Uint8Array(certificate.rawData);
export const keyOf = ({ keys }: Certified): KeyObject => KeyObject.from(keys.privateKey);
export const TRUST = { everyone: [pemOf(ROOT)], ours: [pemOf(OWN_ROOT)] };

export interface ServerOrder extends Partial<CertificateOrder> {
  /** Subject alternative names; null for none. */
  readonly names?: readonly string[] | null;
  /** Extended key usages. */
  readonly purposes?: readonly string[];
}

/** Makes a certificate for localhost from `ROOT`, valid for 90 days, unless ordered otherwise. */
export const serverCertificate = ({
  names = ['localhost'],
  purposes,
  ...order
}: ServerOrder = {}): Promise<Certified> =>
  certify({
    subject: 'localhost',
    issuer: ROOT,
    isAuthority: false,
    until: 90,
    extensions: [
      new x509.ExtendedKeyUsageExtension([...(purposes ?? [x509.ExtendedKeyUsage.serverAuth])]),
      ...(names === null
        ? []
        : [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value })))]),
    ],
    ...order,
  });

export const rsaKeys = (bits: number) => newKeys(bits);

type Answers = Readonly<Record<string, readonly [status: number, contentType: string, body: string]>>;

/** The answers of a portal with mobile devices, by the beginning of the path. */
export const PORTAL: Answers = {
  '/.well-known/cardwright': [200, 'application/json', JSON.stringify(KEYS)],
  '/mobile/enrol/': [404, 'text/html; charset=utf-8', '<!doctype html><p>This link is no longer good.'],
  '/mobile/scep/': [200, 'text/plain', 'AES\nPOSTPKIOperation\nRenewal\nSHA-256\nSCEPStandard\n'],
};

const answering =
  (answers: Answers): RequestListener =>
  (request, response) => {
    const path = Object.keys(answers).find((one) => request.url?.startsWith(one));
    const [status, contentType, body] = (path === undefined ? undefined : answers[path]) ?? [404, 'text/plain', 'no'];
    response.writeHead(status, { 'content-type': contentType }).end(body);
  };

/** Servers of a test, on loopback. */
export class TlsScene {
  readonly #servers: net.Server[] = [];

  /** @returns its origin */
  async serve(shown: Certified, options: SecureContextOptions = {}, answers: Answers = PORTAL): Promise<string> {
    const key = keyOf(shown).export({ type: 'pkcs8', format: 'pem' });
    // Accepts any key, because a weak one must reach the check.
    const ciphers = `${options.ciphers ?? 'DEFAULT'}:@SECLEVEL=0`;
    const server = https.createServer({ cert: pemOf(shown), key, ...options, ciphers }, answering(answers));
    return `https://localhost:${await this.#listen(server)}`;
  }

  /** Serves something other than TLS. */
  async serveNoTls(): Promise<string> {
    const server = net.createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_10.0\r\n'));
    return `https://localhost:${await this.#listen(server)}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #listen(server: net.Server): Promise<number> {
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has a port');
    return address.port;
  }
}
