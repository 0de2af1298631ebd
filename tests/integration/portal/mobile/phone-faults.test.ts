// Alone proves: forged, late and repeated answers of a phone enrol nothing.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  internet,
  issueCertificate,
  until,
  type DeviceIdentity,
  type Iphone,
  type IphoneOptions,
  type Network,
} from '@cardwright/stage';
import { makeQuickIphone } from '../../../support/iphone/dealt-to-phones.js';
import { drawnTests, everyOrNamed, everyOrOneIn, thoroughIt } from '../../../support/thorough.js';
import { EnrollingUser, type Enrolment } from './enrolling-user.js';
import { startPhonePortal, type PhonePortal } from './mobile-portal.js';

const drawnIt = drawnTests(2);

/** Faults between a link and a phone: each ends as docs/mobile.md says, and the user can add a phone afterwards. */

let portal: PhonePortal;
let alice: EnrollingUser;
/** The phone for tests that need no special one. */
let common: Iphone;

beforeAll(async () => {
  portal = await startPhonePortal();
  alice = await EnrollingUser.login(portal, 'alice');
  common = await makeQuickIphone();
});
afterEach(async () => {
  portal.clock.reset();
  expect(await alice.devices()).toEqual([]);
  // Nothing is left that keeps the user from starting again.
  const again = await alice.add();
  expect(await again.status()).toMatchObject({ state: 'waiting', failure: null });
  await again.cancel();
});
afterAll(() => portal.remove());

/** Advances to the profile that waits in Settings. */
async function downloaded(options?: IphoneOptions): Promise<{ phone: Iphone; enrolment: Enrolment }> {
  const [phone, enrolment] = [options ? await makeQuickIphone(options) : common, await alice.add()];
  await phone.openLink(enrolment.link);
  await phone.downloadProfile();
  return { phone, enrolment };
}

async function expectFailed(enrolment: Enrolment, code: string): Promise<void> {
  const { state, failure } = await enrolment.status();
  expect({ state, failure: failure?.data.name }).toEqual({ state: 'failed', failure: code });
}

describe('a link', () => {
  it.each(everyOrNamed(['android', 'desktop', 'iphone-17'], 'android'))(
    'explains the requirements on %s, and stays valid for the phone',
    async (browser) => {
      const enrolment = await alice.add();
      const visitor = await makeQuickIphone({ browser });
      expect(await visitor.openLink(enrolment.link)).toMatchObject({ status: 200, profileLink: null });
      expect((await common.openLink(enrolment.link)).profileLink).not.toBeNull();
      await enrolment.cancel();
    },
  );

  thoroughIt('lets an iPad in that claims to be a Mac', async () => {
    const enrolment = await alice.add();
    const pad = await makeQuickIphone({ browser: 'ipad-18', product: 'iPad16,3' });
    expect((await pad.openLink(enrolment.link)).profileLink).not.toBeNull();
    await enrolment.cancel();
  });

  drawnIt('refuses a second phone after the first has the profile; the first continues', async () => {
    const enrolment = await alice.add();
    const [first, second] = [common, await makeQuickIphone()];
    const [page] = [await second.openLink(enrolment.link), await first.openLink(enrolment.link)];
    await first.downloadProfile();
    expect(page.profileLink).not.toBeNull();
    await expect(second.downloadProfile()).rejects.toThrow('Cannot Download Profile');
    expect(await second.openLink(enrolment.link)).toMatchObject({ status: 404, profileLink: null });
    await first.openLink(enrolment.link);
    await first.downloadProfile();
    await first.beginInstallation().identify();
    expect(await enrolment.status()).toMatchObject({ state: 'to-confirm', phone: { serial: first.serial } });
    await enrolment.cancel();
  });

  thoroughIt('is dead if it was not used in time', async () => {
    const enrolment = await alice.add();
    portal.clock.forward(16);
    expect(await common.openLink(enrolment.link)).toMatchObject({ status: 404, profileLink: null });
    await expectFailed(enrolment, 'LINK_EXPIRED');
  });

  thoroughIt('is dead if its enrolment was cancelled, and so is the profile', async () => {
    const { phone, enrolment } = await downloaded();
    await enrolment.cancel();
    expect(await phone.openLink(enrolment.link)).toMatchObject({ status: 404, profileLink: null });
    await expect(phone.beginInstallation().identify()).rejects.toThrow('Profile Installation Failed');
    expect((await enrolment.status()).state).toBe('cancelled');
  });
});

describe('a profile', () => {
  drawnIt('is refused by the phone if it is altered on its way, without any effect', async () => {
    const network: Network = async (url, request) => {
      const response = await internet(url, request);
      if (response.headers.get('content-type') !== 'application/x-apple-aspen-config') return response;
      const bytes = Buffer.from(await response.arrayBuffer()).toString('latin1');
      return new Response(Buffer.from(bytes.replace('localhost', 'elsewhere'), 'latin1'), response);
    };
    const [phone, enrolment] = [await makeQuickIphone({ network }), await alice.add()];
    await phone.openLink(enrolment.link);
    await expect(phone.downloadProfile()).rejects.toThrow('Invalid Profile');
    expect((await enrolment.status()).state).toBe('downloaded');
    portal.clock.forward(11);
    await expectFailed(enrolment, 'PHONE_SILENT');
  });
});

describe('a phone', () => {
  drawnIt('is refused with iOS 17 in its signed attributes, whatever its browser claimed', async () => {
    const { phone, enrolment } = await downloaded({ version: '21G93' });
    await expect(phone.install()).rejects.toThrow('Profile Installation Failed: The server answered 403');
    await expectFailed(enrolment, 'PHONE_UNSUPPORTED');
  });

  const forgeries: Record<string, () => Promise<IphoneOptions>> = {
    'signed by itself': async () => issuedBy(await issueCertificate({ subject: '/CN=iPhone', extensions: [] })),
    'signed under an authority that only has the name of the right one': async () => {
      const issuer = await issueCertificate({
        subject: '/C=US/O=Example Apple/CN=Example iPhone Device CA',
        extensions: ['basicConstraints=critical,CA:TRUE'],
        hash: 'sha1',
      });
      const device = await issueCertificate({ subject: '/CN=iPhone', extensions: [], hash: 'sha1', issuer });
      return issuedBy(device, issuer.certificate);
    },
  };
  it.each(everyOrOneIn(2, Object.keys(forgeries)))('is refused if its answer is %s', async (forgery) => {
    const { phone, enrolment } = await downloaded(await forgeries[forgery]?.());
    await expect(phone.install()).rejects.toThrow('Profile Installation Failed: The server answered 403');
    expect(await enrolment.status()).toMatchObject({ state: 'downloaded', phone: null, failure: null });
    await enrolment.cancel();
  });

  drawnIt('is refused if its answer is altered on its way, and can answer again', async () => {
    let isHonest = false;
    const network: Network = (url, request) => {
      const altered = Buffer.from(request.body ?? [])
        .toString('latin1')
        .replace('GENUINE000', 'SOMEONE000');
      const body = new Uint8Array(Buffer.from(altered, 'latin1'));
      return internet(url, request.method === 'POST' && !isHonest ? { ...request, body } : request);
    };
    const { phone, enrolment } = await downloaded({ serial: 'GENUINE000', network });
    const installation = phone.beginInstallation();
    await expect(installation.identify()).rejects.toThrow('Profile Installation Failed: The server answered 403');
    expect(await enrolment.status()).toMatchObject({ state: 'downloaded', phone: null, failure: null });
    isHonest = true;
    await installation.identify();
    expect(await enrolment.status()).toMatchObject({ state: 'to-confirm', phone: { serial: 'GENUINE000' } });
    await enrolment.cancel();
  });

  thoroughIt('gets no reaction while it is not confirmed, and its enrolment ends', async () => {
    const { phone, enrolment } = await downloaded();
    const installation = phone.beginInstallation();
    await installation.identify();
    portal.clock.forward(6);
    await expectFailed(enrolment, 'PHONE_NOT_CONFIRMED');
    expect(await enrolment.confirm(phone.serial)).toMatchObject({ code: 'ENROLMENT_NOT_FOUND' });
    await expect(phone.finish(installation)).rejects.toThrow('The SCEP server returned an invalid response.');
  });

  thoroughIt('asks for as long as its user has time, and gives up', async () => {
    const { phone, enrolment } = await downloaded();
    await expect(phone.install()).rejects.toThrow('The certificate is still pending after the last retry.');
    expect((await enrolment.status()).state).toBe('to-confirm');
    await enrolment.cancel();
  });

  drawnIt('gets nothing if its user rejects it', async () => {
    const { phone, enrolment } = await downloaded();
    const installing = phone.install();
    await Promise.all([
      expect(installing).rejects.toThrow('The SCEP server returned an invalid response.'),
      enrolment.sees('asked-again').then(() => enrolment.cancel()),
    ]);
    expect(phone.profiles.size).toBe(0);
  });

  thoroughIt('gets no certificate for a key that is too small', async () => {
    const { phone, enrolment } = await downloaded({ keySize: 1024 });
    const installation = phone.beginInstallation();
    await installation.identify();
    await enrolment.confirm(phone.serial);
    await expect(phone.finish(installation)).rejects.toThrow('The SCEP server returned an invalid response.');
    expect(await enrolment.status()).toMatchObject({ state: 'enrolling', certificates: { issued: 0 } });
    portal.clock.forward(6);
    await expectFailed(enrolment, 'PHONE_SILENT');
  });

  const STOPS = ['confirmed', 'identity', 'configuration'] as const;
  it.each(everyOrNamed(STOPS, 'configuration'))('is on nobody’s list if it stops after: %s', async (stop) => {
    const { phone, enrolment } = await downloaded();
    const installation = phone.beginInstallation();
    await installation.identify();
    await enrolment.confirm(phone.serial);
    if (stop !== 'confirmed') await installation.enrolIdentity();
    if (stop === 'configuration') await installation.fetchConfiguration();
    expect((await enrolment.status()).state).toBe(stop === 'configuration' ? 'issued' : 'enrolling');
    expect(await alice.devices()).toEqual([]);
    portal.clock.forward(6);
    await expectFailed(enrolment, 'PHONE_SILENT');
    // Everything that it had been given is worthless now.
    const next = stop === 'confirmed' ? installation.enrolIdentity() : installation.fetchConfiguration();
    await expect(next).rejects.toThrow('Profile Installation Failed');
  });
});

describe('a phone whose last answer is lost', () => {
  thoroughIt(
    'drops everything, is listed as Installing and not as Active, and can be deleted and added again',
    async () => {
      let isLosing = false;
      const network: Network = async (url, request) => {
        const response = await internet(url, request);
        if (!isLosing || request.method !== 'POST') return response;
        await response.arrayBuffer();
        throw new Error('The connection broke.');
      };
      const { phone, enrolment } = await downloaded({ network });
      const installation = phone.beginInstallation();
      await installation.identify();
      await enrolment.confirm(phone.serial);
      await installation.enrolIdentity();
      await installation.fetchConfiguration();
      isLosing = true;
      await expect(installation.installConfiguration()).rejects.toThrow(
        'The SCEP server returned an invalid response.',
      );
      expect(phone.profiles.size).toBe(0);
      await until(async () => (await enrolment.status()).state === 'sent', { what: 'the last certificate' });
      const [device, ...others] = await alice.devices();
      expect(others).toEqual([]);
      expect(device).toMatchObject({ state: 'pending', serial: phone.serial });
      portal.clock.forward(60);
      expect(await alice.devices()).toMatchObject([{ state: 'pending' }]);

      isLosing = false;
      const again = await alice.add();
      await phone.openLink(again.link);
      await phone.downloadProfile();
      await again.installOn(phone);
      expect((await phone.openIcon('Finish setup')).hasButton).toBe(true);
      expect(await alice.devices()).toMatchObject([{ state: 'pending' }]);
      expect((await phone.finishSetup()).html).toContain('This device is ready');
      const [active] = await alice.devices();
      expect(active).toMatchObject({ state: 'active', serial: phone.serial });
      await alice.delete(active?.id ?? '');
      expect(await phone.openIcon('Finish setup')).toMatchObject({ status: 404, hasButton: false });
    },
  );
});

describe('a phone of another person', () => {
  thoroughIt('is refused while it is on the list of its user', async () => {
    const bob = await EnrollingUser.login(portal, 'bob');
    const phone = await makeQuickIphone();
    const his = await bob.add();
    await phone.openLink(his.link);
    await phone.downloadProfile();
    await his.installOn(phone);
    await phone.finishSetup();
    expect(await bob.devices()).toHaveLength(1);
    const hers = await alice.add();
    await phone.openLink(hers.link);
    await phone.downloadProfile();
    await expect(phone.install()).rejects.toThrow('Profile Installation Failed: The server answered 403');
    await expectFailed(hers, 'PHONE_OF_ANOTHER');
    expect(await bob.devices()).toMatchObject([{ state: 'active' }]);
  });
});

const issuedBy = (
  { certificate, key }: { readonly certificate: string; readonly key: string },
  chainPem = '',
): IphoneOptions => ({
  authority: {
    issueDevice: (): Promise<DeviceIdentity> => Promise.resolve({ certificatePem: certificate, chainPem, keyPem: key }),
  },
});
