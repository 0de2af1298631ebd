import { describe, expect, it } from '@jest/globals';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { managed } from '../../../support/fake-chrome.js';
import { settle } from './fake-port.js';
import { ORIGIN, SessionStage } from './session-stage.js';

const HELP_DESK = { name: 'IT Service Desk', url: 'https://help.example/', linux: 'https://get.example/host.deb' };
const INITIALIZE = { protocol: PROTOCOL_RANGE, sdk: '0.1.0' };

/** Opens a session whose administrator names a help desk, besides the policy for the site. */
async function openStage(support: unknown = HELP_DESK): Promise<SessionStage> {
  const stage = await SessionStage.open();
  Object.assign(managed.content, { support });
  return stage;
}

const hostIsMissing = async (stage: SessionStage) => {
  stage.hostProblem = 'Specified native messaging host not found.';
  return stage.page().ask(1, 'initialize', INITIALIZE);
};

describe("the administrator's help desk", () => {
  it('reaches the page of a granted site with the error that the host is missing', async () => {
    const answer = await hostIsMissing(await openStage());
    expect(answer).toMatchObject({ error: { data: { name: 'HOST_MISSING', helpDesk: HELP_DESK } } });
  });

  it('reaches that page with the last message of a session', async () => {
    const { page, host } = await (await openStage()).openPage();
    host.port.close('Native host has exited.');
    await settle();
    expect(page.heard.at(-1)).toMatchObject({
      method: 'session.ended',
      params: { error: { data: { name: 'HOST_CRASHED', helpDesk: HELP_DESK } } },
    });
  });

  it.each([
    ['was never asked about', { allowedSites: {} }],
    ['policy blocks', { blockedSites: [ORIGIN] }],
    ['has lost its grant', { allowedSites: {}, blockedSites: ['*'] }],
  ])('is hidden from a site that %s', async (_, changes) => {
    const stage = await openStage();
    Object.assign(managed.content, changes);
    const page = stage.page();
    const answer = await page.ask(1, 'initialize', INITIALIZE);
    expect(answer).toMatchObject({ error: { data: { name: 'SITE_NOT_GRANTED' } } });
    expect(await page.ask(2, 'device.list')).toMatchObject({ error: { data: { name: 'NOT_INITIALIZED' } } });
    expect(JSON.stringify(page.heard)).not.toContain('help.example');
  });

  it('is hidden from a site whose session ends because policy no longer names it', async () => {
    const stage = await openStage();
    const { page } = await stage.openPage();
    managed.content = { ...managed.content, allowedSites: {}, blockedSites: ['*'] };
    await Promise.all([...stage.sessions].map((session) => session.checkGrant()));
    expect(page.heard.at(-1)).toMatchObject({ method: 'session.ended' });
    expect(JSON.stringify(page.heard)).not.toContain('help.example');
  });

  it.each(['javascript:alert(1)', 'http://get.example/host.deb', 'https://user:word@get.example/', 7])(
    'has no download address %j',
    async (linux) => {
      const answer = await hostIsMissing(await openStage({ name: 'IT', linux }));
      expect(answer).toMatchObject({ error: { data: { helpDesk: { name: 'IT' } } } });
      expect(JSON.stringify(answer)).not.toContain('linux');
    },
  );

  it('cannot be replaced by a host', async () => {
    const stage = await openStage({});
    const { page, host } = await stage.openPage();
    const error = { code: 4001, message: '', data: { name: 'PCSC_UNAVAILABLE', details: {}, helpDesk: HELP_DESK } };
    host.answers = { 'device.list': () => null };
    const answer = page.ask(2, 'device.list');
    await settle();
    const asked = host.received.find((message) => 'method' in message && message.method === 'device.list');
    host.say({ id: asked && 'id' in asked ? asked.id : null, error });
    expect(await answer).toMatchObject({ error: { data: { name: 'PCSC_UNAVAILABLE' } } });
    expect(JSON.stringify(page.heard)).not.toContain('help.example');
  });

  it('cannot be supplied by a page', async () => {
    const stage = await openStage();
    for (const more of [{ helpDesk: HELP_DESK }, { policy: { allowedDevices: null } }]) {
      const answer = await stage.page().ask(1, 'initialize', { ...INITIALIZE, ...more });
      expect(answer).toMatchObject({ error: { data: { name: 'INVALID_PARAMS' } } });
    }
    expect(stage.hosts).toEqual([]);
  });
});
