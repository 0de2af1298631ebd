import type { ErrorData } from '@cardwright/protocol';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { CreationOptions } from '@cardwright/protocol/passkeys';
import { VirtualAuthenticator, pressButton } from '@cardwright/stage';
import type { CodesOf } from '../../support/failures/staged.js';
import { DEVICE, type ExtensionStage } from '../../support/extension-stage.js';
import type { HostFault } from '../../support/host-fault.js';
import { creation, optionsFor, signCommands } from '../../support/passkey-steps.js';
import { WireSession } from '../../support/wire-page.js';
import { connectBySdk, type Arrived } from './sdk-in-page.js';

/** Milliseconds after which an unanswered window closes. */
const HASTENED = 1_500;
const ALL_CLASSES = ['read', 'use', 'manage'];
const SESSIONS_OF_A_TAB = 8;
const MEGABYTES_2 = 2 * 1024 * 1024;
const ASK_FOR_PIN = ['pin.verify', { secrets: { pin: { source: 'user' } } }] as const;
/** Id of a request that the test posts itself. */
const ID = 901;

interface BrowserStaging<C extends CodesOf<'browser'>> {
  /** Ends the sentence "arrives when …". */
  readonly when: string;
  readonly act: (stage: ExtensionStage) => Promise<Arrived | undefined>;
  readonly details?: Partial<ErrorData<C>>;
}

const errorOf = async (session: WireSession, method: string, params: object = {}): Promise<Arrived | undefined> =>
  (await session.call(method, params)).error?.data;

/** Opens a session whose host has not been started yet, of a site that its user has allowed before. */
async function allowed(stage: ExtensionStage): Promise<WireSession> {
  // Its hello wakes the background.
  const session = await WireSession.open(await stage.page());
  await stage.grant(ALL_CLASSES);
  return session;
}

/** Returns the error of `initialize`. */
async function initializing(stage: ExtensionStage): Promise<Arrived | undefined> {
  return (await (await allowed(stage)).initialize()).error?.data;
}

const withHost = (fault: HostFault) => (stage: ExtensionStage) => {
  stage.spoilHost(fault);
  return initializing(stage);
};

/** A relying party that does not answer: nothing listens at the port. */
export const DEAD_RELYING_PARTY = { host: 'login.microsoft.com', port: 1, keyHash: '' };

const ofDeadRelyingParty = () => {
  const { host } = DEAD_RELYING_PARTY;
  return creation('window', `https://${host}`, optionsFor(host));
};
const ofPage = (stage: ExtensionStage, changed: Partial<CreationOptions> = {}) =>
  creation('page', stage.portal.origin, optionsFor('localhost', changed));

const inStep = async (stage: ExtensionStage, session: WireSession, order: ReturnType<typeof creation>, number = 1) =>
  errorOf(session, 'step.run', { jws: await signCommands(stage, session, [order], { number }) });

/** Runs a step that orders a passkey, and continues in our window. */
async function createPasskey(...step: Parameters<typeof inStep>): Promise<Arrived | undefined> {
  const answer = inStep(...step);
  await pressButton(await step[0].window('passkey'), '#continue');
  return answer;
}

/** Every code of the extension, or of a page's own sdk. They share one browser, each with its own site. */
export const browserStagings: { readonly [C in CodesOf<'browser'>]: BrowserStaging<C> } = {
  INVALID_MESSAGE: {
    when: 'a message is not one of the protocol',
    act: async (stage) => {
      const session = await stage.granted();
      await session.post('junk');
      return (await session.failure(null)).error?.data;
    },
  },
  METHOD_NOT_FOUND: {
    when: 'the page calls a command that there is not',
    act: async (stage) => errorOf(await stage.granted(), 'device.steal'),
  },
  INVALID_PARAMS: {
    when: 'a parameter is of the wrong type',
    act: async (stage) => errorOf(await stage.granted(), 'device.open', { device: 7 }),
    details: { path: 'device' },
  },
  CANCELLED: {
    when: 'the page cancels what takes long',
    act: async (stage) => {
      const session = await stage.granted();
      await session.post({ jsonrpc: '2.0', id: ID, method: 'diagnostics.run' });
      await session.notified('$/progress');
      await session.post({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: ID } });
      return (await session.failure(ID)).error?.data;
    },
  },
  TIMEOUT: {
    when: 'the host never answers',
    act: withHost('silent'),
  },
  VERSION_MISMATCH: {
    when: 'the host is of another version of the protocol',
    act: withHost('older'),
    details: { update: 'host' },
  },
  ALREADY_INITIALIZED: {
    when: 'a page opens its session twice',
    act: async (stage) => (await (await stage.granted()).initialize()).error?.data,
  },
  NOT_INITIALIZED: {
    when: 'a command comes before the session is open',
    act: async (stage) => errorOf(await allowed(stage), 'device.list'),
  },
  POLICY_CHANGED: {
    when: 'the administrator changes the rules for PINs while a session is open',
    act: async (stage) => {
      const session = await stage.granted();
      await stage.chromium.setPolicy({ extension: { pinRules: { minLength: 8 } } });
      const reason = await session.endedBecause();
      await stage.chromium.setPolicy({});
      return reason;
    },
  },
  MESSAGE_TOO_LARGE: {
    when: 'a message has 2 MB',
    act: async (stage) => errorOf(await stage.granted(), 'device.list', { x: 'x'.repeat(MEGABYTES_2) }),
  },
  SITE_NOT_GRANTED: {
    when: 'the user does not allow the site',
    act: async (stage) => {
      const session = await WireSession.open(await stage.page());
      const answer = errorOf(session, 'access.request', { classes: ['read'] });
      await pressButton(await stage.window('consent'), '#cancel');
      return answer;
    },
    details: { consent: 'denied' },
  },
  PERMISSION_DENIED: {
    when: 'a site that may only see devices wants to use one',
    act: async (stage) => errorOf(await stage.granted(['read']), 'device.open', { device: DEVICE }),
    details: { permission: 'use' },
  },
  CMS_KEYS_UNAVAILABLE: {
    when: 'the site publishes something else than its keys',
    act: (stage) => {
      stage.portal.wellKnown = 'junk';
      return initializing(stage);
    },
  },
  USER_CANCELLED: {
    when: 'the user closes the window for the PIN',
    act: async (stage) => {
      const answer = errorOf(await stage.granted(), ...ASK_FOR_PIN);
      await (await stage.window('secret')).close();
      return answer;
    },
  },
  WINDOW_NOT_ALLOWED: {
    when: 'the page is not in front',
    act: async (stage) => {
      const session = await stage.granted();
      await stage.page();
      return errorOf(session, ...ASK_FOR_PIN);
    },
  },
  INSECURE_CONTEXT: {
    when: 'the page has another address than the extension listens to',
    act: async (stage) => {
      const page = await stage.page();
      await page.goto(stage.portal.origin.replace('localhost', 'portal.localhost'));
      return connectBySdk(page);
    },
  },
  USER_TIMEOUT: {
    when: 'nobody answers the window for the PIN',
    act: async (stage) => {
      const session = await stage.granted();
      await stage.chromium.hastenWindows(HASTENED);
      const arrived = await errorOf(session, ...ASK_FOR_PIN);
      // Ends the short time limits, which other stagings must not have.
      await stage.chromium.stopBackground();
      return arrived;
    },
  },
  EXTENSION_LOST: {
    when: 'the browser ends the extension',
    act: async (stage) => {
      await allowed(stage);
      return connectBySdk(await stage.page(), { thenUntil: () => stage.chromium.stopBackground() });
    },
  },
  EXTENSION_UPDATED: {
    when: 'the browser has restarted the extension since the page was loaded',
    act: async (stage) => {
      const page = await stage.page();
      await stage.chromium.installExtension(stage.extension);
      return connectBySdk(page);
    },
  },
  TOO_MANY_SESSIONS: {
    when: 'a page opens one session too many',
    act: async (stage) => {
      const page = await stage.page();
      for (let count = 0; count < SESSIONS_OF_A_TAB; count += 1) await WireSession.open(page);
      return (await WireSession.open(page)).endedBecause();
    },
  },
  HOST_MISSING: {
    when: 'the browser has no host registered',
    act: withHost('missing'),
  },
  HOST_FORBIDDEN: {
    when: 'the manifest of the host names another extension',
    act: withHost('forbidden'),
  },
  HOST_CRASHED: {
    when: 'the host ends while it is asked something',
    act: async (stage) => errorOf(await stage.granted(), 'pin.getStatus'),
  },
  HOST_START_FAILED: {
    when: 'the host ends as soon as it is started',
    act: withHost('crash'),
  },
  HOST_ANSWER_INVALID: {
    when: 'something writes into the output of the host',
    act: withHost('junk'),
  },
  STEP_REQUIRED: {
    when: 'a page sends what only a signed step may order',
    act: async (stage) => errorOf(await stage.granted(), 'device.reset'),
  },
  RP_PAGE_UNUSABLE: {
    when: 'the page of the relying party cannot be loaded',
    act: async (stage) => {
      const foreignRelyingParties = { [stage.portal.origin]: [{ origin: `https://${DEAD_RELYING_PARTY.host}` }] };
      await stage.chromium.setPolicy({ extension: { foreignRelyingParties } });
      return createPasskey(stage, await stage.granted(), ofDeadRelyingParty());
    },
    details: { rpId: DEAD_RELYING_PARTY.host },
  },
  PASSKEY_NOT_COMPLETED: {
    when: 'the key cannot tell who its user is',
    act: async (stage) => {
      const session = await stage.granted();
      await VirtualAuthenticator.plugInto(session.page, { isUserVerified: false });
      return createPasskey(stage, session, ofPage(stage));
    },
  },
  EXTENSION_MISSING: {
    when: 'the extension is not installed',
    act: async (stage) => {
      await stage.chromium.browser.uninstallExtension(CHROMIUM_EXTENSION_ID);
      try {
        return await connectBySdk(await stage.page());
      } finally {
        await stage.chromium.installExtension(stage.extension);
      }
    },
  },
};
