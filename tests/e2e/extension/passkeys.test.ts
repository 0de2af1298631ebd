import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { registrationResponse, validate, type RegistrationResponse } from '@cardwright/protocol';
import { AuthenticatorDispenser, RelyingPartySite, pressButton, until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { ExtensionStage } from '../../support/extension-stage.js';
import { followTrace } from '../../support/inspector-port.js';
import { creation, optionsFor, signCommands } from '../../support/passkey-steps.js';
import type { WireAnswer, WireSession } from '../../support/wire-page.js';

const FOREIGN = 'login.microsoft.com';
const TEMPORARY_PIN = '739164';
const OWN_RP = 'localhost';

let site: RelyingPartySite;
let stage: ExtensionStage;
let dispenser: AuthenticatorDispenser;

beforeAll(async () => {
  site = await RelyingPartySite.start(FOREIGN);
  stage = await ExtensionStage.open({
    localHosts: [site],
    permitted: { permissions: ['clipboardRead'], host_permissions: [`https://${FOREIGN}/*`] },
  });
  dispenser = await AuthenticatorDispenser.start(stage.chromium.browser);
});

beforeEach(async () => {
  site.manner = 'not-found';
  await stage.startOver();
  await stage.chromium.setPolicy({
    extension: { foreignRelyingParties: { [stage.portal.origin]: [{ origin: site.origin, path: '/passkey' }] } },
  });
});

afterAll(async () => {
  await dispenser.stop();
  await stage.close();
  await site.stop();
});

const WAYS = {
  page: () => creation('page', stage.portal.origin, optionsFor(OWN_RP)),
  window: () => creation('window', site.origin, optionsFor(FOREIGN)),
};

/** Runs a step that orders a passkey. */
async function run(session: WireSession, way: keyof typeof WAYS, changed = {}): Promise<WireAnswer> {
  return session.call('step.run', { jws: await signCommands(stage, session, [WAYS[way]()], changed) });
}

async function proceed(): Promise<Page> {
  const window = await stage.window('passkey');
  await pressButton(window, '#continue');
  return window;
}

/** The registration in the step's answer, and its client data. */
function read({ result, error }: WireAnswer): { registration: RegistrationResponse; clientData: unknown } {
  if (error) throw new Error(error.data.name);
  const [outcome] = result?.outcomes as [{ result: { registration: unknown } }];
  const registration = validate(registrationResponse, outcome.result.registration);
  const clientData: unknown = JSON.parse(Buffer.from(registration.response.clientDataJSON, 'base64url').toString());
  return { registration, clientData };
}

/** Addresses of the windows that are open besides the portal's page. */
const others = (page: Page): string[] =>
  stage.chromium.browser
    .targets()
    .filter((target) => target.type() === 'page' && target !== page.target())
    .map((target) => target.url())
    .filter((address) => address !== 'about:blank');

describe.each(['page', 'window'] as const)('a passkey in the way `%s`', (way) => {
  it('is created at the origin that the step names, after its user was told whose it is', async () => {
    const session = await stage.granted();
    const answer = run(session, way);
    const window = await stage.window('passkey');
    expect(await window.$eval('#origin', (line) => line.textContent)).toBe(stage.portal.origin);
    const origin = way === 'page' ? stage.portal.origin : site.origin;
    expect(await window.$eval('#relying-party', (line) => line.textContent)).toBe(origin);
    expect(await window.evaluate(() => document.activeElement?.id)).toBe('cancel');
    await pressButton(window, '#continue');
    const { registration, clientData } = read(await answer);
    expect(clientData).toMatchObject({ type: 'webauthn.create', origin, crossOrigin: false });
    expect(registration).toMatchObject({ type: 'public-key', clientExtensionResults: { credProps: { rk: true } } });
    expect(registration.rawId).toBe(registration.id);
    const kept = await Promise.allSettled((await dispenser.authenticators()).map((one) => one.credentials()));
    const ids = kept.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])).map((one) => one.credentialId);
    if (way === 'page') expect(ids).toContain(Buffer.from(registration.id, 'base64url').toString('base64'));
    else expect(site.requests.at(-1)).toBe('/passkey');
    await until(() => others(session.page).length === 0, { what: 'no other window' });
  });

  it('is not created when the user cancels', async () => {
    const session = await stage.granted();
    const answer = run(session, way);
    await pressButton(await stage.window('passkey'), '#cancel');
    expect((await answer).error?.data.name).toBe('USER_CANCELLED');
  });
});

it('shows the temporary PIN', async () => {
  stage.orderPasskeys({ temporaryPin: TEMPORARY_PIN });
  const readTrace = await followTrace(await stage.ownPage('options'));
  const session = await stage.granted();
  const answer = run(session, 'page');
  const window = await stage.window('passkey');
  await window.waitForFunction(() => document.querySelector('#copied')?.textContent !== '');
  console.log(await window.$eval('#copied', (line) => line.textContent));
  await proceed();
  read(await answer);
  expect(await readTrace()).not.toContain(TEMPORARY_PIN);
});
