// Alone proves: a page that lies, in a real browser, takes no passkey and gets none that no step ordered.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { registrationResponse, type RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { StepPayload } from '@cardwright/protocol/steps';
import { AuthenticatorDispenser, RelyingPartySite, pressButton, until, type SiteManner } from '@cardwright/stage';
import { generateKeyPair } from 'jose';
import { TargetType } from 'puppeteer-core';
import { ExtensionStage } from '../../support/extension-stage.js';
import { creation, optionsFor, signCommands } from '../../support/passkey-steps.js';
import { everyOrSome } from '../../support/thorough.js';
import type { WireAnswer, WireSession } from '../../support/wire-page.js';

const FOREIGN = 'login.microsoft.com';
const OWN = 'localhost';
/** Host of a site with a certificate and a key of its own, which do not help it. */
const ANOTHER = 'login.microsoft.example';

let site: RelyingPartySite;
let another: RelyingPartySite;
let stage: ExtensionStage;
let dispenser: AuthenticatorDispenser;

beforeAll(async () => {
  [site, another] = await Promise.all([RelyingPartySite.start(FOREIGN), RelyingPartySite.start(ANOTHER)]);
  stage = await ExtensionStage.open({
    localHosts: [site, another],
    permitted: { host_permissions: [`https://${FOREIGN}/*`] },
  });
  dispenser = await AuthenticatorDispenser.start(stage.chromium.browser);
  site.beforeAnswer = () => dispenser.everyPageHasOne();
});

beforeEach(async () => {
  site.manner = 'not-found';
  await stage.startOver();
  await stage.chromium.setPolicy(policyWith({ [stage.portal.origin]: [{ origin: site.origin, path: '/passkey' }] }));
});

afterAll(async () => {
  await dispenser.stop();
  await stage.close();
  await Promise.all([site.stop(), another.stop()]);
});

/** Allows the site, so that the user is not asked about that. */
const policyWith = (foreignRelyingParties: object) => ({
  extension: { allowedSites: { [stage.portal.origin]: ['read', 'use', 'manage'] }, foreignRelyingParties },
});

/** Behaviours of a page at the relying party's origin, each with the result for the passkey. */
const MANNERS: readonly (readonly [manner: SiteManner, error: string | undefined])[] = [
  ['hostile', undefined],
  ['frames', undefined],
  ['redirects', 'RP_PAGE_UNUSABLE'],
  ['moves', 'RP_PAGE_UNUSABLE'],
  ['drops', 'RP_PAGE_UNUSABLE'],
  ['closes', 'USER_CANCELLED'],
];

const WAYS = {
  page: () => creation('page', stage.portal.origin, optionsFor(OWN)),
  window: () => creation('window', site.origin, optionsFor(FOREIGN)),
};
type Way = keyof typeof WAYS;

/** Runs a step that orders a passkey. */
async function run(session: WireSession, way: Way, changed: Partial<StepPayload> = {}): Promise<WireAnswer> {
  return session.call('step.run', { jws: await signCommands(stage, session, [WAYS[way]()], changed) });
}

const codeOf = async (answer: Promise<WireAnswer>): Promise<string | undefined> => (await answer).error?.data.name;

/** Reads our window, and continues, as the user does. */
async function proceed(): Promise<void> {
  await pressButton(await stage.window('passkey'), '#continue');
}

/** Reads the registration in the answer to a step, and its client data. */
function read({ result, error }: WireAnswer): { registration: RegistrationResponse; clientData: unknown } {
  if (error) throw new Error(error.data.name);
  const { outcomes } = result as { outcomes: [{ result: { registration: unknown } }] };
  const [outcome] = outcomes;
  const registration = validate(registrationResponse, outcome.result.registration);
  const clientData: unknown = JSON.parse(Buffer.from(registration.response.clientDataJSON, 'base64url').toString());
  return { registration, clientData };
}

/** Lists the ids of the credentials in the browser's security keys, base64url. */
async function keptIds(): Promise<string[]> {
  const kept = await Promise.allSettled((await dispenser.authenticators()).map((one) => one.credentials()));
  return kept
    .flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    .map(({ credentialId }) => Buffer.from(credentialId, 'base64').toString('base64url'));
}

/** Waits until only the page's window is open. */
async function everyWindowCloses(session: WireSession): Promise<void> {
  const isOther = (address: string) => address.includes('/pages/') || address.startsWith('https:');
  const others = () =>
    stage.chromium.browser.targets().filter((one) => one.type() === TargetType.PAGE && isOther(one.url()));
  await until(() => others().length === 0, { what: 'the end of every window' });
  expect(await session.page.evaluate(() => location.protocol)).toBe('http:');
}

describe('a passkey of the page’s own', () => {
  it('is created in the page, out of reach of its scripts, after its user was told the relying party', async () => {
    const session = await stage.opened();
    // In the page's own world.
    await session.page.evaluate(() => {
      const forged = () => Promise.resolve({ id: 'forged', toJSON: () => ({ id: 'forged' }) });
      Object.defineProperty(navigator.credentials, 'create', { value: forged });
      CredentialsContainer.prototype.create = forged as never;
    });
    const answer = run(session, 'page');
    const window = await stage.window('passkey');
    expect(await window.$eval('#origin', (line) => line.textContent)).toBe(stage.portal.origin);
    expect(await window.evaluate(() => document.activeElement?.id)).toBe('cancel');
    // The page's messages meanwhile are neither answers of the bridge nor orders for it.
    for (const message of [{ created: ['forged'] }, { create: null }, { jsonrpc: '2.0', created: ['forged'] }])
      await session.post(message);
    await pressButton(window, '#continue');
    const { registration, clientData } = read(await answer);
    expect(clientData).toMatchObject({ type: 'webauthn.create', origin: stage.portal.origin, crossOrigin: false });
    expect(registration).toMatchObject({ type: 'public-key', clientExtensionResults: { credProps: { rk: true } } });
    expect(await keptIds()).toContain(registration.id);
    await everyWindowCloses(session);
  });
});

describe('a passkey for a foreign relying party', () => {
  it('is created in a window at its origin, which closes by itself', async () => {
    const session = await stage.opened();
    const answer = run(session, 'window');
    const window = await stage.window('passkey');
    expect(await window.$eval('#relying-party', (line) => line.textContent)).toBe(site.origin);
    await pressButton(window, '#continue');
    expect(read(await answer).clientData).toMatchObject({ origin: site.origin, crossOrigin: false });
    expect(site.requests.at(-1)).toBe('/passkey');
    await everyWindowCloses(session);
  });

  it('is not created if policy names no such party, whatever the CMS has signed', async () => {
    await stage.chromium.setPolicy(policyWith({}));
    const session = await stage.opened();
    expect(await codeOf(run(session, 'window'))).toBe('RP_NOT_ALLOWED');
    expect(stage.openWindows()).toBe(0);
    expect(stage.received('initialize').at(-1)?.relyingParties).toEqual([]);
  });

  it.each(everyOrSome(MANNERS, ([manner]) => ['hostile', 'redirects', 'closes'].includes(manner)))(
    'is neither stolen nor broken by a page that is %s: %s',
    async (manner, expected) => {
      site.manner = manner;
      site.elsewhere = `${another.origin}/`;
      const session = await stage.opened();
      const answer = run(session, 'window');
      await proceed();
      expect(await codeOf(answer)).toBe(expected);
      expect([...site.stolen, ...another.stolen]).toEqual([]);
      await everyWindowCloses(session);
    },
  );

  it('is given up for a page that never loads, when the user cancels', async () => {
    site.manner = 'hangs';
    const session = await stage.opened();
    const answer = run(session, 'window');
    await proceed();
    await until(() => site.requests.at(-1) === '/passkey', { what: 'the small window' });
    await pressButton(await stage.window('passkey'), '#cancel');
    expect(await codeOf(answer)).toBe('USER_CANCELLED');
    await everyWindowCloses(session);
  });
});

describe('without a step that orders exactly it', () => {
  it('creates nothing, and opens no window', async () => {
    const { privateKey: pagesOwn } = await generateKeyPair('ES256');
    const session = await stage.opened();
    const { params } = WAYS.page();
    const sign = (changed: Parameters<typeof signCommands>[3]) =>
      signCommands(stage, session, [WAYS.page()], { number: 7, ...changed });
    const forged = {
      'signed by the page': await sign({ signer: pagesOwn }),
      'of another site': await sign({ origin: 'https://cms.example' }),
      'of another session': await sign({ session: 'A'.repeat(43) }),
      'of another device': await sign({ device: 'serial:87654321' }),
      'that was over before': await sign({ expires: Math.floor(Date.now() / 1000) - 1 }),
    };
    for (const [which, jws] of Object.entries(forged))
      expect([which, await session.code('step.run', { jws })]).toEqual([which, 'STEP_REFUSED']);
    const { options } = params;
    for (const asks of [
      { options: { ...options, challenge: 'AAAA' } },
      { options: { ...options, rp: { ...options.rp, id: FOREIGN } } },
      { origin: site.origin },
      { way: 'window' as const },
      { operation: 'operation-2' },
    ]) {
      stage.orderPasskeys({ asks });
      expect([asks, await codeOf(run(session, 'page'))]).toEqual([asks, 'STEP_REFUSED']);
    }
    // A host that asks unprompted, while the page runs a command of another kind.
    stage.orderPasskeys({ asks: { way: 'page', origin: params.origin, options, operation: 'operation-1' } });
    expect(await session.code('certificate.read', { slot: '9A' })).toBe('STEP_REFUSED');
    expect(stage.openWindows()).toBe(0);
  });

  it('creates no second one, at the same time or afterwards', async () => {
    stage.orderPasskeys({ twice: true });
    const session = await stage.opened();
    const answer = run(session, 'page');
    await proceed();
    read(await answer);
    expect(stage.hostNotes().flatMap(({ second }) => second ?? [])).toEqual(['STEP_REFUSED']);
  });
});
