import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE, type Message } from '@cardwright/protocol/messages';
import { until } from '@cardwright/stage';
import { blankYubikey } from '../../../support/device-facts.js';
import { managed, openWindows } from '../../../support/fake-chrome.js';
import { BASE_POINT } from '../../../support/public-key.js';
import { settle } from './fake-port.js';
import { ORIGIN, SessionStage, type PageSide, type ScriptedHost } from './session-stage.js';

const INITIALIZE = { protocol: PROTOCOL_RANGE, sdk: '0.1.0' };
const OLD_SDK = { ...INITIALIZE, protocol: { min: { major: 3, minor: 0 }, max: { major: 3, minor: 0 } } };

const stageWith = async (policy: object): Promise<SessionStage> => {
  const stage = await SessionStage.open();
  Object.assign(managed.content, policy);
  stages.push(stage);
  return stage;
};

let stages: SessionStage[] = [];
afterEach(() => {
  // An open window would keep the process from ending.
  for (const page of stages.flatMap(({ pages }) => pages)) page.port.close();
  stages = [];
});

/** Sets the host's facts about itself. */
const hostOf = (stage: SessionStage, facts: object): void => {
  stage.prepareHost = (host) => {
    host.answers = {
      ...host.answers,
      initialize: () => ({
        protocol: { major: 3, minor: 0 },
        host: '0.1.0',
        capabilities: ['session', 'device'],
        session: { key: BASE_POINT },
        ...facts,
      }),
    };
  };
};

/** Facts of a host that obeys policies. */
const OBEDIENT = { capabilities: ['session', 'device', 'policy'] };

/** Changes the administrator's policy while a session is open. */
const change = async (stage: SessionStage, policy: object): Promise<void> => {
  Object.assign(managed.content, policy);
  await Promise.all([...stage.sessions].map((session) => session.checkGrant()));
  await settle();
};

const told = (host: ScriptedHost | undefined): unknown => {
  const asked = host?.received.find((message) => 'method' in message && message.method === 'initialize');
  return asked && 'params' in asked ? asked.params.policy : undefined;
};

const error = (name: string, details: object = {}) => ({ error: { data: { name, details } } });
const lastWord = (page: PageSide): Message | undefined => page.heard.at(-1);
const ended = (name: string, details: object = {}) => ({ method: 'session.ended', params: error(name, details) });

describe('a host', () => {
  it('receives the demands of the policy, and nothing if there are none', async () => {
    const stage = await stageWith({ allowedDevices: ['yubikey'], pinRules: { minLength: 7 } });
    hostOf(stage, OBEDIENT);
    await stage.openPage();
    expect(told(stage.hosts[0])).toEqual({
      allowedDevices: ['yubikey'],
      pinRules: { minLength: 7, fidoMinLength: 4, digitsOnly: false, forbidTrivial: false },
      logLevel: null,
    });
    const free = await stageWith({});
    hostOf(free, {});
    await free.openPage();
    expect(told(free.hosts[0])).toBeUndefined();
  });

  it('has to be updated if it does not announce that it obeys a policy with demands', async () => {
    const stage = await stageWith({ allowedDevices: [] });
    hostOf(stage, {});
    const answer = await stage.page().ask(1, 'initialize', INITIALIZE);
    expect(answer).toMatchObject(error('VERSION_MISMATCH', { update: 'host' }));
    expect(stage.hosts.map(({ port }) => port.isOpen)).toEqual([false]);
  });

  it('has to be updated if it refuses to receive a policy', async () => {
    const stage = await stageWith({ logLevel: 'error' });
    stage.prepareHost = (host) => {
      host.answers = { ...host.answers, initialize: () => null };
    };
    const page = stage.page();
    const answer = page.ask(1, 'initialize', INITIALIZE);
    const asked = () => stage.hosts.find((host) => host.methods.includes('initialize'));
    const host = await until(asked, { what: 'a host that is asked' });
    const refusal = new CardwrightError('INVALID_PARAMS', { path: 'policy', problem: 'unknown' });
    host.say({ id: 1, error: refusal.toWire() });
    expect(await answer).toMatchObject(error('VERSION_MISMATCH', { update: 'host' }));
  });

  it('has to be updated if it is older than policy allows, and the page learns the versions', async () => {
    const stage = await stageWith({ minimumHostVersion: '1.2.0' });
    hostOf(stage, { host: '1.1.9' });
    const versions = { update: 'host', installed: '1.1.9', minimum: '1.2.0' };
    expect(await stage.page().ask(1, 'initialize', INITIALIZE)).toMatchObject(error('VERSION_MISMATCH', versions));
    // An older sdk could not read the versions.
    const answer = await stage.page().ask(1, 'initialize', OLD_SDK);
    expect('error' in answer ? answer.error.data.details : null).toEqual({ update: 'host' });
  });

  it('is named with its version if it speaks another protocol, to a page that can read that', async () => {
    const stage = await stageWith({});
    hostOf(stage, { protocol: { major: 9, minor: 0 }, host: '9.8.7' });
    const versions = { update: 'host', installed: '9.8.7' };
    expect(await stage.page().ask(1, 'initialize', INITIALIZE)).toMatchObject(error('VERSION_MISMATCH', versions));
    hostOf(stage, { protocol: { major: 9, minor: 0 }, host: 9 });
    const answer = await stage.page().ask(1, 'initialize', INITIALIZE);
    expect('error' in answer ? answer.error.data.details : null).toEqual({ update: 'host' });
  });

  it('is accepted at the version that policy demands', async () => {
    const stage = await stageWith({ minimumHostVersion: '1.2.0', minimumExtensionVersion: PRODUCT_VERSION });
    hostOf(stage, { host: '1.2.0' });
    expect(await stage.page().ask(1, 'initialize', INITIALIZE)).toHaveProperty('result');
  });
});

describe('an extension', () => {
  it('names its own version to a page of a later protocol', async () => {
    const later = { major: PROTOCOL_RANGE.max.major + 1, minor: 0 };
    const stage = await stageWith({});
    const answer = await stage.page().ask(1, 'initialize', { sdk: '9.0.0', protocol: { min: later, max: later } });
    expect(answer).toMatchObject(error('VERSION_MISMATCH', { update: 'extension', installed: PRODUCT_VERSION }));
    expect(stage.hosts).toEqual([]);
  });

  it.each(['99.0.0', 'latest', 7])('starts no host if policy demands version %j', async (minimum) => {
    const stage = await stageWith({ minimumExtensionVersion: minimum });
    const answer = await stage.page().ask(1, 'initialize', INITIALIZE);
    expect(answer).toMatchObject(error('VERSION_MISMATCH', { update: 'extension', installed: PRODUCT_VERSION }));
    expect(stage.hosts).toEqual([]);
  });
});

describe('an open session', () => {
  const opened = async (policy: object = {}) => {
    const stage = await stageWith(policy);
    hostOf(stage, OBEDIENT);
    return { stage, ...(await stage.openPage()) };
  };

  it.each<[string, object]>([
    ['models of devices', { allowedDevices: ['fido2'] }],
    ['rules for PINs', { pinRules: { minLength: 8 } }],
    ['keys of the site', { siteKeys: { [ORIGIN]: { keys: [{ ...BASE_POINT, kid: 'another' }] } } }],
    ['keys that cannot be read', { siteKeys: 7 }],
    ['relying parties', { foreignRelyingParties: { [ORIGIN]: [{ origin: 'https://login.example' }] } }],
  ])('ends when policy changes the %s', async (_, policy) => {
    const { stage, page, host } = await opened();
    await change(stage, policy);
    expect(lastWord(page)).toMatchObject(ended('POLICY_CHANGED'));
    expect([page.port.isOpen, host.port.isOpen, stage.sessions.size]).toEqual([false, false, 0]);
  });

  it('ends when policy withdraws a rule of its host', async () => {
    const { stage, page } = await opened({ allowedDevices: ['yubikey'] });
    await change(stage, { allowedDevices: undefined });
    expect(lastWord(page)).toMatchObject(ended('POLICY_CHANGED'));
  });

  it.each<[string, object]>([
    ['blocks the site', { blockedSites: [ORIGIN] }],
    ['no longer names it', { allowedSites: {}, blockedSites: ['*'] }],
    ['can no longer be read', { allowedSites: 'all' }],
  ])('ends when policy %s', async (_, policy) => {
    const { stage, page, host } = await opened();
    await change(stage, policy);
    expect(lastWord(page)).toMatchObject(ended('SITE_NOT_GRANTED', { consent: 'blocked' }));
    expect(host.port.isOpen).toBe(false);
  });

  it('is told that policy blocks the site, though the change comes between two readings of it', async () => {
    const { stage, page } = await opened({ allowedDevices: ['yubikey'] });
    const before = { ...managed.content };
    const reading = jest.spyOn(managed, 'get').mockResolvedValueOnce(before);
    await change(stage, { blockedSites: [ORIGIN], allowedDevices: undefined });
    expect(lastWord(page)).toMatchObject(ended('SITE_NOT_GRANTED', { consent: 'blocked' }));
    reading.mockRestore();
  });

  it.each([
    ['host', { minimumHostVersion: '99' }],
    ['extension', { minimumExtensionVersion: '99' }],
  ])('ends when policy demands a newer %s', async (update, policy) => {
    const { stage, page } = await opened();
    await change(stage, policy);
    expect(lastWord(page)).toMatchObject(ended('VERSION_MISMATCH', { update, minimum: '99' }));
  });

  it('continues with fewer classes, and under a policy that changes nothing for it', async () => {
    const { stage, page } = await opened();
    const others = {
      allowedSites: { [ORIGIN]: ['read'], 'https://other.example': ['use'] },
      minimumHostVersion: '0.1',
    };
    await change(stage, { ...others, support: { name: 'IT' }, locale: 'de' });
    expect(page.port.isOpen).toBe(true);
    expect(await page.ask(2, 'device.open', { device: 'serial:1' })).toMatchObject(error('PERMISSION_DENIED'));
    expect(await page.ask(3, 'device.list')).toHaveProperty('result');
  });

  it('closes its PIN window when it ends', async () => {
    const { stage, page, host } = await opened();
    host.answers = { ...host.answers, 'pin.verify': () => null };
    page.say({ jsonrpc: '2.0', id: 2, method: 'pin.verify', params: { secrets: { pin: { source: 'user' } } } });
    await settle();
    const rules = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: false };
    const question = { secrets: ['pin'], device: blankYubikey('1'), operation: null, rules, fidoRules: null };
    const params = { ...question, mayForget: false, retriesLeft: 3, problem: null };
    host.say({ id: 'host-1', method: 'user.enterSecrets', params });
    await until(() => secretWindows().length === 1, { what: 'the window for the PIN' });
    await change(stage, { pinRules: { minLength: 8 } });
    expect(lastWord(page)).toMatchObject(ended('POLICY_CHANGED'));
    await until(() => secretWindows().length === 0, { what: 'the end of the window' });
    expect(host.port.isOpen).toBe(false);
  });
});

const secretWindows = () => openWindows.filter(({ url }) => url?.includes('/pages/secret.html'));
