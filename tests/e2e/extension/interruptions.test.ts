import { afterEach, describe, expect, it } from '@jest/globals';
import { pressButton } from '@cardwright/stage';
import { EXTENSION, ExtensionStage, type ExtensionStageOptions } from '../../support/extension-stage.js';
import { thoroughIt } from '../../support/thorough.js';
import { WireSession } from '../../support/wire-page.js';

/** Milliseconds: enough for a window to open and for a person to type into it. */
const HASTENED = 8_000;

let stage: ExtensionStage;

afterEach(async () => {
  await stage.close();
});

const open = async (options?: ExtensionStageOptions): Promise<void> => {
  stage = await ExtensionStage.open(options);
};

describe('an extension that is installed while a page is open', () => {
  thoroughIt('reaches that page only once it is reloaded', async () => {
    await open({ installed: false });
    const page = await stage.page();
    const ready = () =>
      page.evaluate(
        'Promise.race([hear(hello(), (m) => m.cardwright === "ready"), new Promise((done) => setTimeout(done, 1000, "silence"))])',
      );
    expect(await ready()).toBe('silence');
    await stage.chromium.installExtension(EXTENSION);
    expect(await ready()).toBe('silence');
    await page.reload();
    const session = await WireSession.open(page);
    await stage.allow(session, ['read']);
    expect((await session.initialize()).error).toBeUndefined();
  });
});

describe('a host that is fixed', () => {
  thoroughIt('is found again by the session that waits', async () => {
    await open({ fault: 'missing' });
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read']);
    expect((await session.initialize()).error?.data.name).toBe('HOST_MISSING');
    stage.spoilHost('forbidden');
    expect((await session.initialize()).error?.data.name).toBe('HOST_FORBIDDEN');
    stage.spoilHost();
    expect((await session.initialize()).error).toBeUndefined();
  });
});

describe("the administrator's policy", () => {
  it('grants a site without asking, gives its keys, and takes effect when it changes', async () => {
    await open();
    const { origin, keys } = stage.portal;
    stage.portal.wellKnown = 'junk';
    await stage.chromium.setPolicy({
      extension: { allowedSites: { [origin]: ['read'] }, siteKeys: { [origin]: keys } },
    });
    const session = await WireSession.open(await stage.page());
    expect((await session.initialize()).result).toMatchObject({ granted: ['read'] });
    expect(stage.received('initialize')).toEqual([expect.objectContaining({ cms: keys })]);
    await stage.chromium.setPolicy({ extension: { blockedSites: [origin] } });
    expect(await session.endedBecause()).toEqual({ name: 'SITE_NOT_GRANTED', details: { consent: 'blocked' } });
    const again = await WireSession.open(session.page);
    expect((await again.call('access.request', { classes: ['read'] })).error?.data.details).toEqual({
      consent: 'blocked',
    });
  });

  thoroughIt('forbids the host if the policy of the browser blocks it', async () => {
    await open({ policy: { browser: { NativeMessagingBlocklist: ['*'] } } });
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read']);
    expect((await session.initialize()).error?.data.name).toBe('HOST_FORBIDDEN');
  });
});

describe('a background that is stopped', () => {
  it('leaves its page without a last message, ends the host, and is there again for the next session', async () => {
    await open();
    const session = await stage.granted();
    await stage.chromium.stopBackground();
    expect(await session.endedBecause()).toBeUndefined();
    await stage.hostsEnded(1);
    const again = await WireSession.open(session.page);
    expect((await again.initialize()).error).toBeUndefined();
  });
});

describe('a window that nobody answers', () => {
  thoroughIt('closes, and the host receives USER_TIMEOUT', async () => {
    await open();
    const session = await stage.granted();
    await stage.chromium.hastenWindows(HASTENED);
    const answer = session.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    const window = await stage.window('secret');
    const gone = new Promise((resolve) => window.once('close', resolve));
    await window.type('#pin', '654321');
    await gone;
    expect(await answer).toBe('USER_TIMEOUT');
    expect(stage.openWindows()).toBe(0);
    // Another window can be opened at once.
    const next = session.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    await pressButton(await stage.window('secret'), '#cancel');
    expect(await next).toBe('USER_CANCELLED');
  });
});
