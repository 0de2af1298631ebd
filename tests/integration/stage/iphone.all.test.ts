import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askProgram, internet, Iphone, TiedProcess, until, type Network } from '@cardwright/stage';
import { freePort } from '@cardwright/stage';
import { LINK, OtaServer, SERVICE } from '../../support/iphone/ota-server.js';
import { configuration, payload, propertyList, scepPayload, serviceProfile } from '../../support/iphone/profile-xml.js';
import { everyOrNamed, everyOrSome, thoroughIt } from '../../support/thorough.js';
import { runOpenssl } from '../../support/iphone/run-openssl.js';

const CHALLENGE = 'quoted "challenge" $1';

/** micromdm's SCEP server judges how the phone enrols, and openssl the certificates that it gets. */
let folder: string;
let scep: TiedProcess;
let url: string;
let authority: X509Certificate;
let server: OtaServer;
let phone: Iphone;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cardwright-scepserver-'));
  const depot = join(folder, 'depot');
  const made = await askProgram('scepserver', ['ca', '-init', '-depot', depot, '-keySize', '2048']);
  expect(made).toMatchObject({ succeeded: true });
  authority = new X509Certificate(readFileSync(join(depot, 'ca.pem')));
  const address = `127.0.0.1:${await freePort()}`;
  scep = await TiedProcess.start('scepserver', ['-depot', depot, '-http-addr', address, '-challenge', CHALLENGE]);
  url = `http://${address}/scep`;
  await until(() => fetch(url).catch(() => undefined), { what: 'scepserver' });
  server = await OtaServer.make();
});

beforeEach(async () => {
  server.profiles.length = 0;
  phone = await Iphone.make({ network: server.network });
});

afterAll(async () => {
  await scep.stop();
  rmSync(folder, { recursive: true });
});

const fingerprint = (): Buffer => createHash('sha1').update(authority.raw).digest();

/** Serves a whole enrolment, and has the phone go through it. */
async function install(payloads: Parameters<typeof configuration>[0], by = phone, identity = by.serial) {
  await server.serve(propertyList(serviceProfile(SERVICE, 'c')));
  const own = { URL: url, Challenge: CHALLENGE, CAFingerprint: fingerprint() };
  await server.serve(propertyList(configuration([scepPayload(identity, own)])));
  await server.serve(propertyList(configuration(payloads)));
  await by.openLink(LINK);
  await by.downloadProfile();
  return by.install();
}

describe('the simulated iPhone', () => {
  it('enrols at an independent SCEP server, in each phase', async () => {
    const root = payload('com.apple.security.root', 'root', { PayloadContent: authority.raw });
    const order = scepPayload('authentication', { URL: url, Challenge: CHALLENGE, CAFingerprint: fingerprint() });
    const installed = await install([root, order]);
    const { certificate, key } = installed.identities.get('authentication') ?? {};
    expect(certificate?.subject).toBe(String.raw`O=Example \"Quoted\" $HOME
CN=authentication #1\, \\ & more`);
    expect(certificate?.verify(authority.publicKey)).toBe(true);
    expect(key && certificate?.checkPrivateKey(key)).toBe(true);
    expect(key?.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(installed.roots.map(({ fingerprint256 }) => fingerprint256)).toEqual([authority.fingerprint256]);
    const verify = ['cms', '-verify', '-inform', 'DER', '-in', 'answer', '-CAfile', 'root', '-purpose', 'any'];
    const files = { answer: server.answers.at(-1)?.body ?? '', root: authority.toString() };
    expect((await runOpenssl(verify, files)).toString()).toContain(phone.serial);
  });

  thoroughIt('replaces a profile by one with the same identifier, and removes it', async () => {
    const { uuid } = await install([], phone, 'first');
    const { uuid: second, identifier } = await install([], phone, 'second');
    expect(second).not.toBe(uuid);
    expect([...phone.profiles.values()].map((one) => one.uuid)).toEqual([second]);
    phone.remove(identifier);
    expect(phone.profiles.size).toBe(0);
  });

  const wrongOrders = [
    ['refuses a request', { Challenge: 'wrong' }],
    ['is another than the profile says', { CAFingerprint: Buffer.alloc(20) }],
    ['is known by a hash that no phone knows', { CAFingerprint: Buffer.alloc(32) }],
  ] as const;
  it.each(everyOrSome(wrongOrders, (_, index) => index === 0))(
    'removes everything again when the SCEP server %s',
    async (what, change) => {
      await install([], phone, `before: ${what}`);
      const before = [...phone.profiles.values()];
      const right = scepPayload(`right: ${what}`, { URL: url, Challenge: CHALLENGE });
      const wrong = scepPayload(`wrong: ${what}`, { URL: url, Challenge: CHALLENGE, ...change });
      await expect(install([right, wrong], phone, `then: ${what}`)).rejects.toThrow(
        'Profile Installation Failed: The SCEP server returned an invalid response.',
      );
      expect([...phone.profiles.values()]).toEqual(before);
    },
  );

  it.each(everyOrNamed(['signature', 'content'], 'content'))(
    'accepts no answer of the SCEP server whose %s was altered',
    async (what) => {
      const network: Network = async (address, request) => {
        const response = await server.network(address, request);
        if (address.searchParams.get('operation') !== 'PKIOperation') return response;
        const answer = Buffer.from(await response.arrayBuffer());
        const place = what === 'signature' ? answer.length - 1 : Math.floor(answer.length / 4);
        answer.writeUInt8(answer.readUInt8(place) ^ 1, place);
        return new Response(answer, response);
      };
      const deceived = await Iphone.make({ network });
      await expect(install([], deceived)).rejects.toThrow('The SCEP server returned an invalid response.');
      expect(deceived.profiles.size).toBe(0);
    },
  );

  thoroughIt('accepts no answer that was made for another request', async () => {
    let first: Buffer<ArrayBuffer> | undefined;
    const network: Network = async (address, request) => {
      const response = await internet(address, request);
      if (address.searchParams.get('operation') !== 'PKIOperation') return response;
      const answer = Buffer.from(await response.arrayBuffer());
      first ??= answer;
      return new Response(first, response);
    };
    const replayed = await Iphone.make({
      network: (address, request) =>
        (address.origin === new URL(url).origin ? network : server.network)(address, request),
    });
    await expect(install([scepPayload('again', { URL: url, Challenge: CHALLENGE })], replayed)).rejects.toThrow(
      'The SCEP server returned an invalid response.',
    );
  });
});
