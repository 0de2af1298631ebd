import { randomBytes, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ReadableStream } from 'node:stream/web';
import {
  answerRequest,
  createCms,
  memoryStore,
  seedPolicies,
  type MemoryStore,
  type SeedPolicies,
} from '@cardwright/cms';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import type { Person } from '@cardwright/cms/store';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** The only person whom this portal knows: it takes every visitor for her. A real portal has a login, and a session in a cookie. */
const ADA: Person = { id: 'ada', username: 'ada', displayName: 'Ada Adams', email: null, upn: null, sid: null };

const POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

const READABLE = { 'access-control-allow-origin': '*' };

/** A portal in its smallest form: a page with the sdk's wizard, and a CMS behind it. */
export interface ForeignPortal {
  readonly origin: string;
  close(): void;
}

/**
 * Starts the portal on a free port of the loopback address.
 *
 * @param script of the page, bundled
 */
export async function startForeignPortal(policies: SeedPolicies, script: string): Promise<ForeignPortal> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const store = await memoryStore();
  await seedPolicies(store, policies);
  const authority = await newAuthority();
  const cms = createCms({ store, authority, origin });

  const documents = new Map<string, () => Document | Promise<Document>>([
    ['/', () => ['text/html; charset=utf-8', page(store)]],
    ['/page.js', () => ['text/javascript', script]],
    // The extension reads it from its own origin.
    ['/.well-known/cardwright', () => ['application/jwk-set+json', JSON.stringify(cms.publishedKeys), READABLE]],
    ['/ca/ca.der', () => ['application/pkix-cert', authority.certificate]],
    ['/ca/crl.der', async () => ['application/pkix-crl', await crlOf(authority, store)]],
  ]);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', origin).pathname;
    if (request.method === 'POST') {
      // A real portal keeps in its session how and when the person proved who they are.
      const proof = { at: new Date(), by: 'password', device: null };
      const received = { person: ADA, proof, path: path.slice('/api/'.length), headers: request.headers };
      const { status, headers, body } = await answerRequest(cms, { ...received, body: await text(request) }, report);
      response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const [type, body, headers] = (await documents.get(path)?.()) ?? ['text/plain', null];
    const told = { ...headers, 'content-type': type, 'content-security-policy': POLICY };
    response.writeHead(body === null ? 404 : 200, told).end(body);
  };

  server.on('request', (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const close = (): void => {
    server.close().closeAllConnections();
  };
  return { origin, close };
}

type Document = readonly [type: string, body: string | Uint8Array, headers?: Record<string, string>];

function crlOf(authority: CertificationAuthority, store: MemoryStore): Promise<Uint8Array> {
  const { certificates } = store.contents();
  const revoked = certificates.flatMap(({ serialNumber, revokedAt, revocationReason: reason }) =>
    revokedAt && reason ? [{ serialNumber, revokedAt, reason }] : [],
  );
  const [thisUpdate, nextUpdate] = [new Date(), new Date(Date.now() + DAY)];
  return authority.signCrl({ number: 1, thisUpdate, nextUpdate, revocations: ReadableStream.from([revoked]) });
}

const report = (incident: string, defect: unknown): void => {
  console.error(`incident ${incident}:`, defect);
};

const page = (store: MemoryStore): string => {
  const devices = store.contents().devices.map(({ model, state }) => `<li>${escape(model)}: ${state}</li>`);
  return `<!doctype html>
<title>My devices</title>
<script type="module" src="/page.js"></script>
<button id="add">Add Device</button>
<ul>${devices.join('')}</ul>
<cardwright-add-device endpoint="/api"></cardwright-add-device>`;
};

const escape = (words: string): string => words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 24 * 60 * 60 * 1000;
const newSerialNumber = (): string => `40${randomBytes(15).toString('hex')}`;

/** Makes a certification authority whose key ends with the process. */
async function newAuthority(): Promise<CertificationAuthority> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, false, ['sign', 'verify']);
  const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Ada CA'] }],
    notAfter: new Date(Date.now() + DAY),
    signingAlgorithm: ECDSA,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
    ],
  });
  const signed = { issuer: own.subjectName, signingKey: keys.privateKey, signingAlgorithm: ECDSA };
  return {
    certificate: new Uint8Array(own.rawData),
    async issue({ slot, subscriber, publicKey, policies }) {
      const certificate = await x509.X509CertificateGenerator.create({
        ...signed,
        serialNumber: newSerialNumber(),
        subject: [{ CN: [subscriber.displayName] }],
        notAfter: own.notAfter,
        publicKey: new x509.PublicKey(new Uint8Array(publicKey)),
        extensions: [
          new x509.KeyUsagesExtension(slot === '9D' ? keyEncipherment : digitalSignature, true),
          new x509.CertificatePolicyExtension([...policies]),
        ],
      });
      return new Uint8Array(certificate.rawData);
    },
    async signCrl({ thisUpdate, nextUpdate, revocations }) {
      const entries: x509.X509CrlEntryParams[] = [];
      for await (const page of revocations)
        for (const { serialNumber, revokedAt } of page) entries.push({ serialNumber, revocationDate: revokedAt });
      const crl = await x509.X509CrlGenerator.create({ ...signed, thisUpdate, nextUpdate, entries });
      return new Uint8Array(crl.rawData);
    },
  };
}
