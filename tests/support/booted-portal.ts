import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Portal } from '@cardwright/portal';
import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { Browser, type SentRequest } from '../integration/portal/support/test-portal.js';
import { BootedRoot } from './booted-root.js';
import { CleanRoot } from './clean-root.js';

/** The name of the portal in docs/operate.md. */
const HOST = 'portal.example.com';
export const ORIGIN = `https://${HOST}`;
const HTTPS = 443;
const ROOT_FILE = '/etc/ssl/certs/our-root.pem';
export const SETTINGS = '/etc/cardwright-portal';

/** Packages of a computer before the portal: Debian's server programs, those that the portal's package depends on, and jq, which the guide uses. */
const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'jq', 'libatomic1', 'nginx-light', 'openssl', 'postgresql'];

/** A Debian system that systemd has booted, with PostgreSQL, nginx and a certificate for the portal. The portal is not installed yet. */
export class BootedPortal {
  readonly #gates: Record<number, string> = {};

  private constructor(
    readonly system: BootedRoot,
    private readonly gate: string,
    private readonly rootCertificate: string,
  ) {}

  static async boot(): Promise<BootedPortal> {
    const root = CleanRoot.open(PACKAGES);
    writeFileSync(root.at('/etc/hosts'), `127.0.0.1 localhost ${HOST}\n::1 localhost\n`);
    const rootCertificate = certify(root);
    let system: BootedRoot;
    try {
      system = await BootedRoot.boot(root);
    } catch (error) {
      root.remove();
      throw error;
    }
    return new BootedPortal(system, await system.openGate(HTTPS), rootCertificate);
  }

  /** Types commands of docs/operate.md as root, in the folder /root. Each answer in `input` is a line. */
  type(script: string, input = ''): Promise<string> {
    // As the guide says of a certificate whose root is one's own.
    return this.system.type(`cd /root\nexport NODE_EXTRA_CA_CERTS=${ROOT_FILE}\n${script}`, input);
  }

  /** Lays a package into the folder in which root types. */
  bring(deb: string): void {
    mkdirSync(this.system.root.at('/root'), { recursive: true });
    copyFileSync(deb, this.system.root.at(path.join('/root', path.basename(deb))));
  }

  read(file: string): string {
    return readFileSync(this.system.root.at(file), 'utf8');
  }

  /** Writes a file as an editor does: an existing one keeps its mode. */
  write(file: string, text: string): void {
    mkdirSync(path.dirname(this.system.root.at(file)), { recursive: true });
    writeFileSync(this.system.root.at(file), text);
  }

  /** Returns the problems and warnings of `doctor`, except that the certificate is of an authority of one's own. */
  async complaints(): Promise<readonly string[]> {
    const { findings } = validate(
      findingsOfDoctor,
      JSON.parse(await this.type('cardwright-portal doctor --json || true')),
    );
    return findings
      .filter(({ outcome }) => outcome === 'problem' || outcome === 'warning')
      .filter(({ text: told }) => !told.includes('leads to a root of your own'))
      .map(({ outcome, text: told }) => `${outcome}: ${told}`);
  }

  /** Asks a program that listens inside, without TLS, and returns the body of its answer. */
  async ask(port: number, address: string): Promise<string> {
    const socketPath = (this.#gates[port] ??= await this.system.openGate(port));
    return new Promise((resolve, reject) => {
      http
        .get({ socketPath, path: address, headers: { host: 'localhost' }, agent: false }, (answer) => {
          text(answer).then(resolve, reject);
        })
        .once('error', reject);
    });
  }

  /** A browser of someone elsewhere, which reaches the portal by the proxy and TLS alone. */
  browser(): Browser {
    return new BrowserAtProxy(this.gate, this.rootCertificate);
  }

  async signIn(username: string, password: string): Promise<Browser> {
    const browser = this.browser();
    const { status } = await browser.post('/api/session', { username, password });
    if (status !== 200) throw new Error(`${username} cannot sign in: ${status}`);
    return browser;
  }

  remove(): Promise<void> {
    return this.system.remove();
  }
}

const findingsOfDoctor = v.looseObject({
  findings: v.array(v.looseObject({ outcome: v.string(), text: v.string() })),
});

const PROXY: Portal = { origin: ORIGIN, port: HTTPS, close: () => Promise.resolve() };

class BrowserAtProxy extends Browser {
  constructor(
    private readonly gate: string,
    private readonly rootCertificate: string,
  ) {
    super(PROXY);
  }

  protected override exchange(address: string, { method, headers, body }: SentRequest): Promise<Response> {
    return new Promise((resolve, reject) => {
      const tls = { socketPath: this.gate, servername: HOST, ca: this.rootCertificate, agent: false };
      const request = https.request(
        { ...tls, method, path: address, headers: { ...headers, host: HOST } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () => {
            const received = new Headers();
            for (let at = 0; at < answer.rawHeaders.length; at += 2)
              received.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '');
            const { statusCode: status = 0 } = answer;
            const content = Buffer.concat(chunks);
            resolve(new Response(content.length > 0 ? content : null, { status, headers: received }));
          });
        },
      );
      request.once('error', reject);
      request.end(body);
    });
  }
}

/** Makes an authority and a server's certificate, where docs/operate.md has nginx read it. Returns the authority's certificate. */
function certify(root: CleanRoot): string {
  const key = root.at(`/etc/ssl/private/${HOST}.key`);
  const certificate = root.at(`/etc/ssl/certs/${HOST}.pem`);
  const authority = root.at(ROOT_FILE);
  const authorityKey = root.at('/root/our-root.key');
  const make = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '365'];
  const openssl = (args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' });
  };
  openssl([
    ...['req', ...make, '-subj', '/CN=Our root', '-keyout', authorityKey, '-out', authority],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'],
  ]);
  openssl([
    ...[
      'req',
      ...make,
      '-subj',
      `/CN=${HOST}`,
      '-CA',
      authority,
      '-CAkey',
      authorityKey,
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    ...['-addext', `subjectAltName=DNS:${HOST}`, '-addext', 'extendedKeyUsage=serverAuth'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  ]);
  return readFileSync(authority, 'utf8');
}
