// The server of a small portal, with @cardwright/cms behind it
import { randomBytes, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { build } from 'esbuild';
import { answerRequest, createCms, memoryStore, seedPolicies, standardPolicies } from '@cardwright/cms';

const origin = `http://localhost:${process.env.PORT ?? 8080}`;
const file = (name) => new URL(name, import.meta.url).pathname;
// Who is logged in: a real portal reads that from its session.
const ada = { id: 'ada', username: 'ada', displayName: 'Ada Adams', email: null, upn: null, sid: null };

const policies = standardPolicies();
// Lets virtual cards be issued. In production, have the policy trust the vendors' certificates instead.
for (const { policy } of Object.values(policies)) policy.unprovenKeys = 'allow';
const store = await memoryStore();
await seedPolicies(store, policies);
const cms = createCms({ store, origin, authority: await newAuthority() });
const script = await build({ entryPoints: [file('page.js')], bundle: true, format: 'esm', write: false });

const report = (incident, defect) => console.error(incident, defect);

async function answer(request, response) {
  const { pathname } = new URL(request.url, origin);
  const send = (type, body, headers = {}) => response.writeHead(200, { 'content-type': type, ...headers }).end(body);
  if (request.method === 'POST' && pathname.startsWith('/api/')) {
    // A real portal keeps in its session how and when the person proved who they are.
    const proof = { at: new Date(), by: 'password', device: null };
    const call = { person: ada, proof, path: pathname.slice(5), headers: request.headers, body: await text(request) };
    const { status, headers, body } = await answerRequest(cms, call, report);
    response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
  } else if (pathname === '/.well-known/cardwright') {
    // The extension reads the CMS's public keys here. Its origin is not the portal's.
    send('application/jwk-set+json', JSON.stringify(cms.publishedKeys), { 'access-control-allow-origin': '*' });
  } else if (pathname === '/page.js') send('text/javascript', script.outputFiles[0].contents);
  else
    send(
      'text/html',
      (await readFile(file('page.html'), 'utf8')).replace('{devices}', () => devices()),
    );
}
const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
server.on('error', ({ code, message }) => {
  console.error(code === 'EADDRINUSE' ? `${origin} is in use. Choose another port: PORT=8081` : message);
  process.exit(1);
});
server.listen(new URL(origin).port, '127.0.0.1', () => console.log(`The sample portal is ${origin}`));

const devices = () =>
  store
    .contents()
    .devices.map(({ model, state }) => `<li>${model === 'yubikey' ? 'YubiKey' : 'Card'}: ${state}</li>`)
    .join('');

// A certification authority that ends with this process. Yours calls the authority that you already have.
async function newAuthority() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const isAuthority = [new x509.BasicConstraintsExtension(true, 0, true)];
  const name = [{ CN: ['Sample CA'] }];
  const signed = { signingAlgorithm: algorithm, notAfter: new Date(Date.now() + 365 * 24 * 60 * 60 * 1000) };
  const own = await x509.X509CertificateGenerator.createSelfSigned({ ...signed, name, keys, extensions: isAuthority });
  return {
    certificate: new Uint8Array(own.rawData),
    async issue({ slot, subscriber, publicKey, policies }) {
      const { keyEncipherment, digitalSignature } = x509.KeyUsageFlags;
      const usage = new x509.KeyUsagesExtension(slot === '9D' ? keyEncipherment : digitalSignature, true);
      const certificate = await x509.X509CertificateGenerator.create({
        ...signed,
        issuer: own.subjectName,
        signingKey: keys.privateKey,
        serialNumber: `40${randomBytes(15).toString('hex')}`,
        subject: [{ CN: [subscriber.displayName] }],
        publicKey: new x509.PublicKey(new Uint8Array(publicKey)),
        extensions: [usage, new x509.CertificatePolicyExtension([...policies])],
      });
      return new Uint8Array(certificate.rawData);
    },
    signCrl: () => Promise.reject(new Error('this sample publishes no revocations')),
  };
}
