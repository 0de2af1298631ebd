import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A host that a browser resolves to this computer, and whose certificate the browser accepts. */
export interface LocalHost {
  readonly host: string;
  readonly port: number;
  /** SHA-256 hash of the certificate's SubjectPublicKeyInfo, in base64. */
  readonly keyHash: string;
}

/**
 * The behaviour of a relying party towards visitors:
 *
 * - `not-found`: a page with status 404 and a content security policy that permits nothing, as at `login.microsoft.com`;
 * - `hostile`: a page whose own scripts answer in place of the browser, and listen to every message;
 * - `frames`: a page that shows itself in a frame;
 * - `moves`: a page whose script opens `elsewhere` at once;
 * - `redirects`: an HTTP redirection to `elsewhere`;
 * - `closes`: a page that closes its window;
 * - `hangs`: no answer at all;
 * - `drops`: the connection ends without an answer.
 */
export type SiteManner = 'not-found' | 'hostile' | 'frames' | 'moves' | 'redirects' | 'closes' | 'hangs' | 'drops';

/** Days for which the certificate is valid. */
const VALID_DAYS = '2';

/** Plays the site of a relying party, such as `login.microsoft.com`, over https on loopback. */
export class RelyingPartySite implements LocalHost {
  manner: SiteManner = 'not-found';
  /** The address to which `redirects` and `moves` lead. */
  elsewhere = 'about:blank';
  /** Requested paths with their queries, oldest first, without `/favicon.ico` and the messages of a `hostile` page. */
  readonly requests: string[] = [];
  /** Data that the scripts of a `hostile` page obtained. */
  readonly stolen: string[] = [];
  /** Called and awaited before every answer. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();

  private constructor(
    readonly host: string,
    readonly keyHash: string,
    private readonly server: Server,
  ) {}

  /**
   * Starts the site.
   *
   * @param host such as `login.microsoft.com`; the name is never looked up in the DNS
   */
  static async start(host: string): Promise<RelyingPartySite> {
    const { key, cert } = makeCertificate(host);
    const server = createServer({ key, cert });
    const site = new RelyingPartySite(host, keyHashOf(cert), server);
    server.on('request', (request, response) => {
      void site.beforeAnswer().then(() => site.#answer(request, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return site;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `https://${this.host}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const address = request.url ?? '/';
    if (address === '/stolen') {
      request.setEncoding('utf8').on('data', (text) => this.stolen.push(String(text)));
      response.writeHead(204).end();
      return;
    }
    if (address !== '/favicon.ico') this.requests.push(address);
    const page = (script: string): ServerResponse =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><script>${script}</script>`);
    switch (this.manner) {
      case 'not-found':
        // If the answer had no content, Chromium would show an error page of its own.
        response.writeHead(404, { 'content-type': 'text/html', 'content-security-policy': "default-src 'none'" });
        response.end('<!doctype html><title>Not found</title><h1>Not found</h1>');
        return;
      case 'redirects':
        response.writeHead(302, { location: this.elsewhere }).end();
        return;
      case 'moves':
        page(`location.replace(${JSON.stringify(this.elsewhere)})`);
        return;
      case 'closes':
        page('close()');
        return;
      case 'frames':
        page('if (top === self) document.write("<iframe src=/frame></iframe>")');
        return;
      case 'hostile':
        page(HOSTILE);
        return;
      case 'drops':
        request.socket.destroy();
        return;
      case 'hangs':
        return;
    }
  }
}

/** Script of a `hostile` page. Replaces the function that creates a passkey, and sends everything that it learns to the server. */
const HOSTILE = `
  const steal = (what) => navigator.sendBeacon('/stolen', JSON.stringify(what) ?? String(what));
  const create = () => { steal('create'); return Promise.resolve({ toJSON: () => ({ id: 'forged' }) }); };
  Object.defineProperty(navigator.credentials, 'create', { value: create });
  CredentialsContainer.prototype.create = create;
  PublicKeyCredential.prototype.toJSON = () => { steal('toJSON'); return { id: 'forged' }; };
  addEventListener('message', ({ data }) => steal(data), true);
`;

function makeCertificate(host: string): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-site-'));
  try {
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')] as const;
    const certificate = ['-x509', '-days', VALID_DAYS, '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key];
    execFileSync('openssl', ['req', ...certificate, ...newKey, '-out', cert], { stdio: 'pipe' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const keyHashOf = (certificate: string): string =>
  createHash('sha256')
    .update(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

/** Returns the command-line arguments with which Chromium accepts these hosts as the real ones. */
export function argumentsFor(hosts: readonly LocalHost[]): string[] {
  if (hosts.length === 0) return [];
  const rules = hosts.map(({ host, port }) => `MAP ${host}:443 127.0.0.1:${port}`).join(',');
  const hashes = hosts.map(({ keyHash }) => keyHash).join(',');
  return [`--host-resolver-rules=${rules}`, `--ignore-certificate-errors-spki-list=${hashes}`];
}
