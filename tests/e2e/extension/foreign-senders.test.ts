import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { TargetType, type Frame, type Page, type WebWorker } from 'puppeteer-core';
import { ExtensionStage } from '../../support/extension-stage.js';
import { writeHostileExtension } from '../../support/hostile-extension.js';
import { bundlePage } from '../../support/wizard-stage.js';
import { WireSession } from '../../support/wire-page.js';

/** Longer than the sdk waits for a `ready`. */
const SILENCE_MS = 1_200;

/** Says hello to `target`, a window of a page, and reports whether anything came back. */
const SAY_HELLO = `(target) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(JSON.stringify(data));
  target.postMessage({ cardwright: 'hello' }, '*', [port2]);
  setTimeout(resolve, ${SILENCE_MS}, 'silence');
})`;

/** Messages that pretend to come from the extension, or from the page. A listing among them names the sender as its reader. */
const FORGE = `(target, who) => {
  const error = { code: 3003, message: '', data: { name: 'HOST_CRASHED' } };
  const forged = [
    { cardwright: 'ready' },
    { cardwright: 'closed' },
    { jsonrpc: '2.0', method: 'session.ended', params: { error } },
    { jsonrpc: '2.0', method: 'device.changed', params: { readers: [who], devices: [] } },
    { jsonrpc: '2.0', id: null, error },
    ...[0, 1, 2, 3, '0', '1'].flatMap((id) => [
      { jsonrpc: '2.0', id, result: { readers: [who], devices: [] } },
      { jsonrpc: '2.0', id, error },
      { jsonrpc: '2.0', id, method: 'device.list' },
    ]),
  ];
  for (const message of forged) {
    target.postMessage(message, '*');
    target.postMessage(message, '*', [new MessageChannel().port2]);
  }
}`;

const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-hostile-'));
let stage: ExtensionStage;
let sdk: string;

beforeAll(async () => {
  sdk = await bundlePage('tests/support/sdk-page.ts');
  stage = await ExtensionStage.open({
    otherExtensions: [writeHostileExtension(folder, `const sayHello = ${SAY_HELLO}; const forge = ${FORGE};`)],
  });
});

beforeEach(async () => {
  await stage.startOver();
});

afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

/** Puts a page of a site into a frame of this one. */
async function frameIn(page: Page, address: string): Promise<Frame> {
  const attached = new Promise<Frame>((resolve) => page.once('frameattached', resolve));
  await page.evaluate((src) => {
    const frame = document.createElement('iframe');
    frame.src = src;
    document.body.append(frame);
  }, address);
  const frame = await attached;
  await frame.waitForSelector('h1');
  return frame;
}

/** Returns another origin: the same server under another name. */
const elsewhere = (): string => stage.portal.origin.replace('localhost', '127.0.0.1');

/** Opens another tab from the page, which can then post to it. */
async function tabFrom(page: Page, address: string): Promise<Page> {
  const opened = new Promise<Page | null>((resolve) => page.once('popup', resolve));
  await page.evaluate((url) => void window.open(url), address);
  const tab = await opened;
  if (tab === null) throw new Error('no tab was opened');
  await tab.waitForSelector('h1');
  return tab;
}

/** Returns the world of the hostile extension's content script in the page. */
async function hostileWorld(page: Page): Promise<(expression: string) => Promise<unknown>> {
  const client = await page.createCDPSession();
  const worlds: { id: number; origin: string }[] = [];
  client.on('Runtime.executionContextCreated', ({ context }) => worlds.push(context));
  await client.send('Runtime.enable');
  const { host } = new URL((await hostileBackground()).url());
  const id = worlds.find(({ origin }) => origin.endsWith(`//${host}`))?.id;
  if (id === undefined) throw new Error('the hostile content script is not in the page');
  return async (expression) => {
    const { result } = await client.send('Runtime.evaluate', {
      expression,
      contextId: id,
      awaitPromise: true,
      returnByValue: true,
    });
    const value: unknown = result.value;
    return value;
  };
}

/** Returns the hostile extension's background, which a page has just woken. */
async function hostileBackground(): Promise<WebWorker> {
  const target = await stage.chromium.browser.waitForTarget(
    (one) => one.type() === TargetType.SERVICE_WORKER && one.url().endsWith('/hostile.js'),
  );
  const worker = await target.worker();
  if (worker === null) throw new Error('the hostile extension has no background');
  return worker;
}

/** Puts a page of the same site and one of another into frames of this one. */
async function bothFramesIn(page: Page): Promise<[who: string, frame: Frame][]> {
  return [
    ['a frame of the same site', await frameIn(page, stage.portal.origin)],
    ['a frame of another site', await frameIn(page, elsewhere())],
  ];
}

describe('a hello', () => {
  it('is not heard from a frame, of the same site or another, in its own window or in the page, nor from the page in its frame', async () => {
    const page = await stage.page();
    const frames = await bothFramesIn(page);
    const hellos = frames.flatMap(([who, frame]) =>
      ['window', 'parent', 'top'].map(async (target) => [
        `${who}, in ${target}`,
        await frame.evaluate(`(${SAY_HELLO})(${target})`),
      ]),
    );
    const fromPage = page.evaluate(`(${SAY_HELLO})(frames[0])`);
    for (const [who, heard] of await Promise.all(hellos)) expect([who, heard]).toEqual([who, 'silence']);
    expect(await fromPage).toBe('silence');
    expect(stage.hostNotes()).toEqual([]);
  });

  it('is not heard from another tab of the same site', async () => {
    const tab = await tabFrom(await stage.page(), stage.portal.origin);
    expect(await tab.evaluate(`(${SAY_HELLO})(opener)`)).toBe('silence');
  });

  const dispatching = (target: string): string => `
    const { origin } = location;
    const data = { cardwright: 'hello' };
    ${target}.dispatchEvent(new MessageEvent('message', { source: ${target}, origin, data, ports: [port2] }));`;
  const malformed = {
    'without a port': `postMessage({ cardwright: 'hello' }, '*')`,
    'in other words': `postMessage({ cardwright: 'HELLO' }, '*', [port2])`,
    'as a text': `postMessage('hello', '*', [port2])`,
    'as nothing': `postMessage(null, '*', [port2])`,
    'to another origin': `postMessage({ cardwright: 'hello' }, 'https://other.example', [port2])`,
    'as a mere event like it': dispatching('window'),
  };

  it('is not heard in a wrong form, nor as a mere event, from the page or in the window above, and nothing breaks', async () => {
    const page = await stage.page();
    const frame = await frameIn(page, stage.portal.origin);
    const said = (where: Frame, statement: string): Promise<unknown> =>
      where.evaluate(`new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(JSON.stringify(data));
        ${statement}
        setTimeout(resolve, ${SILENCE_MS}, 'silence');
      })`);
    const heard = Object.entries(malformed).map(async ([how, statement]) => [
      how,
      await said(page.mainFrame(), `${statement};`),
    ]);
    heard.push(said(frame, dispatching('parent')).then((answer) => ['as a mere event of a frame', answer]));
    for (const [how, answer] of await Promise.all(heard)) expect([how, answer]).toEqual([how, 'silence']);
    await WireSession.open(page);
  });

  it('repeated 1000 times opens eight sessions; the others get TOO_MANY_SESSIONS, and the first continues', async () => {
    const session = await stage.granted();
    const elsewhereOpen = await WireSession.open(await stage.page());
    await session.page.bringToFront();
    const reasons = await session.page.evaluate(`new Promise((resolve) => {
      const reasons = Array(1000).fill('open');
      reasons.forEach((_, index) => {
        const isEnd = (m) => m.method === 'session.ended';
        void hear(hello(), isEnd).then((m) => {
          reasons[index] = m.params.error.data.name;
          if (reasons.filter((reason) => reason !== 'open').length === 993) resolve(reasons);
        });
      });
    })`);
    expect(reasons).toEqual([...Array<string>(7).fill('open'), ...Array<string>(993).fill('TOO_MANY_SESSIONS')]);
    expect(stage.hostNotes().filter(({ started }) => started !== undefined)).toHaveLength(1);
    expect(await session.code('device.list')).toBeUndefined();
    expect((await elsewhereOpen.initialize()).error).toBeUndefined();
    await session.close();
    await stage.hostsEnded(1);
    const next = await WireSession.open(session.page);
    expect((await next.initialize()).error).toBeUndefined();
  });
});

describe('an answer', () => {
  /** Opens a page whose sdk waits for an answer, and collects everything that its session receives meanwhile. */
  async function waitingPage(): Promise<{ page: Page; outcome: () => Promise<unknown> }> {
    const { page } = await stage.granted();
    await page.addScriptTag({ content: sdk, type: 'module' });
    await page.waitForFunction('window.connect');
    await page.evaluate(`(async () => {
      window.changes = [];
      window.client = await connect();
      client.on('device.changed', (listing) => changes.push(listing));
      window.abort = new AbortController();
      window.waiting = client.call('diagnostics.run', {}, { signal: abort.signal }).then(
        () => 'answered',
        ({ code }) => code,
      );
    })()`);
    const outcome = () =>
      page.evaluate(`(async () => {
        const { readers } = await client.call('device.list', {});
        abort.abort();
        return { readers, changes, closed: client.closed.aborted, waiting: await waiting };
      })()`);
    return { page, outcome };
  }

  const untouched = { readers: ['Fake Reader 00 00'], changes: [], closed: false, waiting: 'CANCELLED' };

  it('changes nothing if a frame, another tab of the same site, a script of the page or another extension in it forges it', async () => {
    const { page, outcome } = await waitingPage();
    for (const [who, frame] of await bothFramesIn(page)) await frame.evaluate(`(${FORGE})(parent, '${who}')`);
    const tab = await tabFrom(page, stage.portal.origin);
    await tab.evaluate(`(${FORGE})(opener, 'another tab')`);
    await page.bringToFront();
    await page.evaluate(`(${FORGE})(window, 'a script of the page')`);
    const inPage = await hostileWorld(page);
    await inPage("forge(window, 'another extension')");
    expect(await outcome()).toEqual(untouched);
  });
});

describe('another extension', () => {
  const OWN_PAGE = `chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/consent.html`;

  it('reaches nobody by connecting or by sending messages', async () => {
    await stage.page();
    const background = await hostileBackground();
    for (const message of ['{ ask: "sites" }', '{ ask: "forgetSite", origin: "https://a.example" }']) {
      const answer = background.evaluate(
        `chrome.runtime.sendMessage('${CHROMIUM_EXTENSION_ID}', ${message}).then(JSON.stringify, ({ message }) => message)`,
      );
      expect(await answer).toMatch(/Receiving end does not exist/);
    }
    for (const name of ['page', 'inspector', 'window:1']) {
      const ended = background.evaluate(`new Promise((resolve) => {
        const port = chrome.runtime.connect('${CHROMIUM_EXTENSION_ID}', { name: '${name}' });
        port.onDisconnect.addListener(() => resolve(chrome.runtime.lastError?.message));
        port.onMessage.addListener(() => resolve('heard'));
      })`);
      expect(await ended).toMatch(/Receiving end does not exist/);
    }
  });

  it('reaches nobody from its script in the page either, nor does the page itself', async () => {
    const page = await stage.page();
    const inPage = await hostileWorld(page);
    expect(
      await inPage(
        `chrome.runtime.sendMessage('${CHROMIUM_EXTENSION_ID}', { ask: 'sites' }).then(JSON.stringify, ({ message }) => message)`,
      ),
    ).toMatch(/Receiving end does not exist/);
    expect(await page.evaluate('typeof chrome.runtime?.sendMessage')).toBe('undefined');
  });

  it('gets no more than the page if it says hello there: nothing without a grant, and no host', async () => {
    const page = await stage.page();
    const inPage = await hostileWorld(page);
    const answer = await inPage(`new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        if (data.cardwright === 'ready') {
          const version = { major: 3, minor: 0 };
          const params = { protocol: { min: version, max: version }, sdk: '0.1.0' };
          port1.postMessage({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
        } else resolve(data.error.data);
      };
      postMessage({ cardwright: 'hello' }, location.origin, [port2]);
    })`);
    expect(answer).toEqual({ name: 'SITE_NOT_GRANTED', details: { consent: 'needed' } });
    expect(stage.hostNotes()).toEqual([]);
  });

  it('cannot load our pages, and a window of ours that nobody asked for stays empty and closes', async () => {
    await stage.page();
    const background = await hostileBackground();
    expect(await background.evaluate(`fetch('${OWN_PAGE}').then(() => 'read', () => 'refused')`)).toBe('refused');
    const tab = await background.evaluate(`chrome.tabs.create({ url: '${OWN_PAGE}#guessed' }).then(({ id }) => id)`);
    const isOpen = () => background.evaluate(`chrome.tabs.get(${String(tab)}).then(() => true, () => false)`);
    const isShown = async () => {
      const target = stage.chromium.browser.targets().find((one) => one.url().startsWith(OWN_PAGE));
      const page = await target?.page();
      return page?.evaluate(`location.protocol === 'chrome-extension:' && document.body?.hidden === false`);
    };
    // The window may be gone before anyone has looked.
    while (await isOpen()) expect(await isShown().catch(() => false)).not.toBe(true);
    expect(await stage.remembered()).not.toHaveProperty(`site:${stage.portal.origin}`);
  });
});
