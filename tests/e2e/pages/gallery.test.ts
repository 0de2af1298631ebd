import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inRepository, TiedProcess, until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { GalleryServer } from '../../gallery/gallery-server.js';
import { MOBILE, SHOWN_SCENES } from '../../gallery/page/shown-scenes.js';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { click, type Look, openPage, openPageBrowser, type PageBrowser } from '../../support/page-stage.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';
import { MOBILE_SCENES } from './mobile-scenes/mobile-scenes.js';
import { SCENES } from './scenes/scenes.js';

const PROGRAM = inRepository('tests', 'dist', 'gallery', 'main.js');

/** Scenes of everything that a page without a driver does: fill, type, press, evaluate, and wait for a CMS or its events. */
const KEPT = ['code-incorrect', 'prove-again', 'device-wanted', 'issuing-stalled', 'mobile-install'];

const LOOKS = [
  { scheme: 'light', width: 1280, text: 100 },
  { scheme: 'dark', width: 1280, text: 100 },
  { scheme: 'light', width: 360, height: 720, text: 100 },
  { scheme: 'light', width: 1280, text: 200 },
] as const satisfies readonly Look[];

let browser: PageBrowser;
let gallery: GalleryServer;

beforeAll(async () => {
  browser = await openPageBrowser();
  gallery = await GalleryServer.start(inRepository('tests', 'dist', 'gallery', 'pages'));
});

afterEach(() => browser.reusePages());
afterAll(async () => {
  await browser.close();
  await gallery.stop();
});

/** Opens the gallery at a scene and waits until the scene is played. */
async function open(scene: string, look?: Look): Promise<Page> {
  const page = await openPage(browser, `${gallery.origin}/?scene=${scene}`, look);
  await isPlayed(page);
  return page;
}

/** Waits until the shown scene is played, and returns what the gallery says about it. */
async function isPlayed(page: Page): Promise<string> {
  const isOver = () => !(document.querySelector('[role=status]')?.textContent ?? '…').endsWith('being played.');
  await page.waitForFunction(isOver);
  return page.$eval('[role=status]', ({ textContent }) => textContent);
}

/** Returns the page of the shown scene. */
async function frameOf(page: Page) {
  const frame = await (await page.waitForSelector('iframe'))?.contentFrame();
  if (!frame) throw new Error('the scene has no page');
  return frame;
}

describe('the gallery of panes', () => {
  it('has a name of its own for each scene', () => {
    expect(new Set(SHOWN_SCENES.map(({ name }) => name)).size).toBe(SHOWN_SCENES.length);
  });

  it('lists every scene of every pane', async () => {
    const page = await open('ready');
    const listed = await page.$$eval('nav ul', (lists) =>
      lists.map((list) => [
        list.previousElementSibling?.textContent ?? '',
        [...list.querySelectorAll('a')].map(({ textContent }) => textContent),
      ]),
    );
    const ofMobile = Object.entries(MOBILE_SCENES).flatMap(([name, { passes = [] }]) => [...passes, name]);
    expect(listed).toEqual([
      ...Object.entries(SCENES).map(([pane, scenes]) => [pane, scenes.map(({ name }) => name)]),
      ['cardwright-add-mobile', ofMobile.map((name) => `mobile-${name}`)],
    ]);
  });

  it.each(everyOrSome(SHOWN_SCENES, ({ name }) => KEPT.includes(name)))('plays $name to its pane', async (scene) => {
    const page = await open(scene.name);
    const said = await isPlayed(page);
    expect(said).toMatch(
      scene.group === MOBILE ? /^This is the pane \w/ : new RegExp(`^This is the pane ${scene.group}\\b`),
    );
  });

  it('shows a scene in the chosen look, keeps the focus at the choice, and has all of it in its address', async () => {
    const page = await open('pin-window');
    const CHOICES = { lang: 'de', scheme: 'dark', width: '360', text: '200' };
    for (const [name, value] of Object.entries(CHOICES)) {
      await page.focus(`select[name=${name}]`);
      await page.select(`select[name=${name}]`, value);
      await isPlayed(page);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe(name);
    }
    const frame = await frameOf(page);
    const look = await frame.evaluate(() => {
      const { colorScheme, fontSize } = document.documentElement.style;
      return { lang: document.documentElement.lang, scheme: colorScheme, width: `${innerWidth}`, text: fontSize };
    });
    expect(look).toEqual({ ...CHOICES, text: '200%' });
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ scene: 'pin-window', ...CHOICES });
  });

  it('shows a scene that can be used', async () => {
    const page = await open('issuing', { width: 1400, height: 1200 });
    const frame = await frameOf(page);
    await click(frame, '>>> #cancel');
    await click(frame, '>>> #stop');
    await frame.waitForFunction(() => window.heard.includes('cardwright-closed'));
  });

  it.each(everyOrSome(LOOKS, ({ text, scheme }) => text === 100 && scheme === 'light'))(
    'has no axe finding and does not scroll sideways in $scheme, $width px wide, with text of $text %',
    async (look) => {
      const page = await open('error-host-missing', look);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
    },
  );

  it('answers only requests for its own files', async () => {
    const statusOf = async (path: string, method = 'GET') => (await fetch(gallery.origin + path, { method })).status;
    expect(await statusOf('/')).toBe(200);
    expect(await statusOf('/', 'POST')).toBe(405);
    expect(await statusOf('/..%2fmain.js')).toBe(404);
    expect(await statusOf('/api/operations')).toBe(404);
  });

  thoroughIt('says where it is when it is started, and ends on Ctrl-C', async () => {
    const program = await TiedProcess.start(process.execPath, [PROGRAM]);
    try {
      const [address] = await program.line(/http:\/\/localhost:\d+/);
      expect((await fetch(address)).status).toBe(200);
      program.signal('SIGINT');
      await until(() => !program.isRunning, { what: 'the end of the gallery' });
    } finally {
      await program.stop();
    }
  });
});
