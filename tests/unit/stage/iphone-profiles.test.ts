import { beforeAll, describe, expect, it } from '@jest/globals';
import { Iphone, openAppleAuthority, type Network } from '@cardwright/stage';
import { LINK, OtaServer, SERVICE } from '../../support/iphone/ota-server.js';
import { configuration, payload, propertyList, scepPayload, serviceProfile } from '../../support/iphone/profile-xml.js';
import { runOpenssl } from '../../support/iphone/run-openssl.js';

const GOOD = propertyList(serviceProfile(SERVICE, 'a-challenge'));

let server: OtaServer;
let phone: Iphone;

beforeAll(async () => {
  server = await OtaServer.make();
  phone = await Iphone.make({ network: (url, request) => server.network(url, request) });
});

/** Downloads what the server has next. */
async function download(by = phone) {
  await by.openLink(LINK);
  return by.downloadProfile();
}

async function downloadOf(profile: Uint8Array | string) {
  server.profiles.push(profile);
  return download();
}

describe('the simulated iPhone takes a profile', () => {
  it('from a signer that it does not know: Unverified', async () => {
    await server.serve(GOOD);
    expect((await download()).trust).toBe('Unverified');
  });

  it('from a signer that it trusts: Verified', async () => {
    const trusting = await Iphone.make({ network: server.network, trustedRoots: [server.signer.certificate] });
    await server.serve(GOOD);
    expect((await download(trusting)).trust).toBe('Verified');
  });

  it('and answers with the requested attributes, signed by its factory key', async () => {
    server.answers.length = 0;
    await server.serve(GOOD);
    await download();
    await expect(phone.install()).rejects.toThrow('Profile Installation Failed: The server answered 404');
    const [answer] = server.answers;
    expect(answer?.contentType).toBe('application/pkcs7-signature');
    const { rootPem } = await openAppleAuthority();
    const verify = ['cms', '-verify', '-inform', 'DER', '-in', 'answer', '-CAfile', 'root', '-purpose', 'any'];
    const xml = await runOpenssl([...verify, '-no_check_time', '-auth_level', '0'], {
      answer: answer?.body ?? '',
      root: rootPem,
    });
    for (const [key, value] of [...Object.entries(phone.attributes), ['CHALLENGE', 'a-challenge']])
      expect(xml.toString().replaceAll(/>\s+</g, '><')).toContain(`<key>${key}</key><string>${value}</string>`);
  });
});

describe('the simulated iPhone refuses a profile', () => {
  it('that is not signed', async () => {
    await expect(downloadOf(GOOD)).rejects.toThrow('Invalid Profile: It is not signed, or was altered.');
  });

  it('that was altered on its way', async () => {
    const signed = await server.sign(GOOD);
    const altered = Buffer.from(signed.toString('latin1').replace('ota.example', 'otb.example'), 'latin1');
    expect(altered).toHaveLength(signed.length);
    await expect(downloadOf(altered)).rejects.toThrow('Invalid Profile: It is not signed, or was altered.');
  });

  it('that arrives as another type, or does not arrive', async () => {
    server.contentType = 'application/octet-stream';
    await server.serve(GOOD);
    await expect(download()).rejects.toThrow('Cannot Download Profile: The server answered 200, and no profile.');
    server.contentType = 'application/x-apple-aspen-config';
    await expect(download()).rejects.toThrow('Cannot Download Profile: The server answered 404');
  });

  it.each<[string, object, string]>([
    ['a UUID that is none', { PayloadUUID: 'one' }, 'PayloadUUID is no UUID'],
    ['a version that is a text', { PayloadVersion: '1' }, 'PayloadVersion has a wrong type'],
    ['another type', { PayloadType: 'Profile' }, 'PayloadType is Profile'],
    ['no content', { PayloadContent: {} }, 'DeviceAttributes is missing'],
  ])('with %s', async (_, change, reason) => {
    await server.serve(propertyList({ ...serviceProfile(SERVICE, 'c'), ...change }));
    await expect(download()).rejects.toThrow(reason);
  });

  it.each(['PayloadType', 'PayloadVersion', 'PayloadIdentifier', 'PayloadUUID', 'PayloadContent'])(
    'without %s',
    async (key) => {
      const keys = Object.entries(serviceProfile(SERVICE, 'c')).filter(([name]) => name !== key);
      await server.serve(propertyList(Object.fromEntries(keys)));
      await expect(download()).rejects.toThrow(`Invalid Profile: Profile: ${key} is missing.`);
    },
  );

  it('with a key of a size that Apple does not have', async () => {
    await server.serve(propertyList(configuration([scepPayload('a', { URL: SERVICE, Keysize: 3072 })])));
    await expect(download()).rejects.toThrow('Keysize is 3072');
  });

  it('with two payloads of one UUID', async () => {
    const one = payload('com.apple.security.root', 'a', { PayloadContent: Buffer.of(1) });
    await server.serve(propertyList(configuration([one, one])));
    await expect(download()).rejects.toThrow('two payloads have one PayloadUUID');
  });

  it('that is not a property list', async () => {
    await server.serve('<html></html>');
    await expect(download()).rejects.toThrow('Invalid Profile: It is not a property list.');
  });
});

describe('its browser', () => {
  const page = (...cookies: readonly string[]): Response => {
    const headers = new Headers({ 'content-type': 'text/html' });
    for (const cookie of cookies) headers.append('set-cookie', cookie);
    return new Response('<p>Hello</p>', { headers });
  };

  it.each([
    ['https://a.example/', ['__Host-b=1; Secure; Path=/; HttpOnly', 'c=2'], '__Host-b=1; c=2'],
    ['https://a.example/', ['__Host-b=1; Secure; Path=/x', '__Host-c=1; Path=/', 'd=3'], 'd=3'],
    ['http://localhost/', ['b=1; Secure', 'c=2; HttpOnly'], 'c=2'],
    ['https://a.example/', ['b=1', 'b=; Max-Age=0'], undefined],
  ])('keeps the cookies of %s as Safari does', async (address, cookies, expected) => {
    const sent: (string | undefined)[] = [];
    const network: Network = (_, { headers }) => {
      sent.push(headers.cookie);
      return Promise.resolve(page(...cookies));
    };
    const visitor = await Iphone.make({ network });
    await visitor.openLink(address);
    await visitor.openLink(address);
    expect(sent).toEqual([undefined, expected]);
  });

  it('downloads nothing where the page has no link to a profile', async () => {
    const visitor = await Iphone.make({ network: () => Promise.resolve(page()) });
    expect((await visitor.openLink(LINK)).profileLink).toBeNull();
    await expect(visitor.downloadProfile()).rejects.toThrow('The page has no link to one.');
  });
});
