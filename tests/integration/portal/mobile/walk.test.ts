import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until, type InstalledProfile, type Iphone } from '@cardwright/stage';
import { makeQuickIphone } from '../../../support/iphone/dealt-to-phones.js';
import { runOpenssl } from '../../../support/iphone/run-openssl.js';
import { EnrollingUser } from './enrolling-user.js';
import { startPhonePortal, type PhonePortal } from './mobile-portal.js';
import { thoroughIt } from '../../../support/thorough.js';

/** Follows a device from its code to its end, with a simulated iPhone and no browser. */

const SLOTS = ['phone-authentication', 'phone-signature', 'phone-encryption'] as const;

let portal: PhonePortal;
let alice: EnrollingUser;
let phone: Iphone;

beforeAll(async () => {
  portal = await startPhonePortal({ slots: { signature: true, encryption: true } });
  alice = await EnrollingUser.login(portal, 'alice');
  phone = await makeQuickIphone({ trustedRoots: [portal.authority] });
});
afterAll(() => portal.remove());

async function enrol(): Promise<InstalledProfile> {
  const enrolment = await alice.add();
  await phone.openLink(enrolment.link);
  await phone.downloadProfile();
  const installed = await enrolment.installOn(phone);
  await until(async () => (await enrolment.status()).state === 'sent', { what: 'the last certificate' });
  await phone.finishSetup();
  // The portal answers the phone before it lists it.
  await until(async () => (await enrolment.status()).state === 'installed', { what: 'the phone on My Devices' });
  return installed;
}

/** Lists the serial numbers on the CRL, hexadecimal. */
async function revoked(): Promise<string[]> {
  const crl = new Uint8Array(await (await fetch(`${portal.origin}/ca/crl.der`)).arrayBuffer());
  const text = await runOpenssl(['crl', '-inform', 'DER', '-in', 'crl', '-noout', '-text'], { crl });
  return text.toString().match(/(?<=Serial Number: )[0-9A-F]+/g) ?? [];
}

const serialsOf = ({ identities }: InstalledProfile): string[] =>
  [...identities.values()].map(({ certificate }) => certificate.serialNumber).sort();

describe('a mobile device', () => {
  let first: InstalledProfile;
  let link: string;

  it('gets its certificates once its user has confirmed it, however long that took', async () => {
    const enrolment = await alice.add();
    link = enrolment.link;
    const followed = enrolment.follow();
    await phone.openLink(link);
    expect((await phone.downloadProfile()).trust).toBe('Verified');
    const installing = phone.install();
    await enrolment.sees('asked-again');
    expect(await enrolment.status()).toMatchObject({
      state: 'to-confirm',
      phone: { model: 'iPhone 16 Pro', serial: phone.serial, version: '22A3354' },
    });
    expect(await alice.devices()).toEqual([]);
    expect(await enrolment.confirm('ANOTHER')).toMatchObject({ code: 'ENROLMENT_NOT_FOUND' });
    expect(await enrolment.confirm(phone.serial)).toMatchObject({ status: 200 });
    first = await installing;
    await until(async () => (await enrolment.status()).state === 'sent', { what: 'the last certificate' });
    expect(await alice.devices()).toMatchObject([{ state: 'pending' }]);
    await phone.finishSetup();
    const states = ['opened', 'downloaded', 'to-confirm', 'enrolling', 'issued', 'sent', 'installed'];
    const told = (await followed).filter((state) => state !== 'waiting');
    // The phone may have opened the link before the first event was requested.
    expect(told).toEqual(told[0] === 'downloaded' ? states.slice(1) : states);
    expect(first).toMatchObject({ trust: 'Verified', displayName: expect.stringContaining('Example Ltd') });
    expect(first.roots.map(String)).toEqual([new X509Certificate(portal.authority).toString()]);
  });

  it('is listed as Active with exactly the certificates that are on the phone', async () => {
    const [device, ...others] = await alice.devices();
    expect(others).toEqual([]);
    expect(device).toMatchObject({ model: 'ios', state: 'active', serial: phone.serial });
    const listed = device?.certificates.filter(({ slot }) => slot !== 'phone-identity') ?? [];
    expect(listed.map(({ slot }) => slot).sort()).toEqual([...SLOTS].sort());
    expect(listed.map(({ serialNumber }) => serialNumber.toUpperCase()).sort()).toEqual(serialsOf(first));
    const good = device?.certificates.map(({ serialNumber }) => serialNumber.toUpperCase()) ?? [];
    expect((await revoked()).filter((serial) => good.includes(serial))).toEqual([]);
  });

  it('has certificates with the right contents', async () => {
    const texts = await Promise.all(
      [...first.identities.values()].map(async ({ certificate }) =>
        (await runOpenssl(['x509', '-noout', '-text', '-in', 'pem'], { pem: certificate.toString() })).toString(),
      ),
    );
    const authentication = texts.filter((text) => text.includes('TLS Web Client Authentication'));
    expect(authentication).toHaveLength(1);
    expect(authentication[0]).toContain('UPN:alice@example.com');
    expect(authentication[0]).toContain('S-1-5-21-1-2-3-1104');
    expect(texts.filter((text) => text.includes('E-mail Protection'))).toHaveLength(2);
  });

  thoroughIt('replaces its profile and its device when it is added again', async () => {
    const second = await enrol();
    expect(second.identifier).toBe(first.identifier);
    expect([...phone.profiles.values()]).toEqual([second]);
    const [device, ...others] = await alice.devices();
    expect(others).toEqual([]);
    expect(device).toMatchObject({ state: 'active', serial: phone.serial });
    expect(await revoked()).toEqual(expect.arrayContaining(serialsOf(first)));
    first = second;
  });

  it('is gone after Delete Mobile: its certificates are on the CRL, its links dead', async () => {
    const [device] = await alice.devices();
    expect(await alice.delete(device?.id ?? '')).toMatchObject({ status: 200 });
    expect(await alice.devices()).toEqual([]);
    expect(await revoked()).toEqual(expect.arrayContaining(serialsOf(first)));
    expect(await phone.openLink(link)).toMatchObject({ status: 404, profileLink: null });
    phone.remove(first.identifier);
    const again = await alice.add();
    expect((await phone.openLink(again.link)).profileLink).not.toBeNull();
  });
});
