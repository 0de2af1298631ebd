import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { openPageBrowser, type Look, openPage, PageServer, type PageBrowser } from '../../support/page-stage.js';

let browser: PageBrowser;
let server: PageServer;
const files = new Map<string, string>();
beforeAll(async () => {
  server = await PageServer.start(files, () => ({}));
  browser = await openPageBrowser();
});
afterEach(() => browser.reusePages());
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Returns the faults of a page with this content, in which an open dialog is modal, as in the portal. */
async function faultsOf(content: string, look: Look = {}): Promise<string[]> {
  files.set('/page', `<!doctype html><meta name="color-scheme" content="light dark"><main>${content}</main>`);
  const page = await openPage(browser, `${server.origin}/page`, look);
  await page.evaluate(() => {
    for (const styled of document.querySelectorAll<HTMLElement>('[data-style]'))
      styled.style.cssText = styled.dataset.style ?? '';
    document.querySelector('dialog')?.showModal();
  });
  return findLayoutFaults(page);
}

const SOUND = `<h1>Devices</h1>
  <label><input type="radio" name="incident" value="lost"> I lost it</label>
  <label>Owner <input name="owner"></label>
  <label>State <select><option>Active</option><option>A state with a very long name</option></select></label>
  <a href="/device" data-style="color: rgb(11 87 176)">YubiKey</a>`;

it('judges the pages of two users who share no cookie', async () => {
  files.set('/page', '<!doctype html>');
  const other = await openPageBrowser();
  try {
    const pages = [await openPage(browser, `${server.origin}/page`), await openPage(other, `${server.origin}/page`)];
    await pages[0]?.evaluate(() => (document.cookie = 'of=one'));
    expect(await Promise.all(pages.map((page) => page.evaluate(() => document.cookie)))).toEqual(['of=one', '']);
    await pages[1]?.close();
  } finally {
    await other.close();
  }
});

it.each([
  ['a page with all of it', SOUND],
  ['a dialog with room around its words', `<dialog data-style="padding: 24px"><h2>Lost?</h2>${SOUND}</dialog>`],
  ['what only screen readers read', '<p data-style="position: absolute; width: 1px; overflow: hidden">Everything</p>'],
  ['what can be scrolled', '<pre data-style="width: 90px; overflow: auto">A line that is wider</pre>'],
])('finds nothing in %s', async (_what, content) => {
  expect(await faultsOf(content)).toEqual([]);
});

it.each([
  [
    'a radio button as wide as a field, above its label',
    '<label data-style="display: grid"><input type="radio" value="lost" data-style="width: 382px; height: 40px">I lost it</label>',
    ['382 × 40 px large: input lost', 'not beside its control: label I lost it'],
  ],
  [
    'a checkbox of that size',
    '<input type="checkbox" aria-label="All" data-style="height: 42px">',
    ['13 × 42 px large: input'],
  ],
  [
    'a label that is far away from its field',
    '<label for="owner" data-style="display: block; margin-bottom: 60px">Owner</label><input id="owner">',
    ['not beside its control: label Owner'],
  ],
  [
    'a title at the edge of its dialog',
    '<dialog data-style="padding: 0"><h2 data-style="margin: 0">Lost?</h2><p data-style="padding: 24px">No.</p></dialog>',
    ['at the edge of its dialog: h2 Lost?'],
  ],
  [
    'words that are cut',
    '<p data-style="width: 60px; overflow: hidden; white-space: nowrap">Something or nothing</p>',
    ['cut at 60 px: p Something or nothing'],
  ],
  ['words that stick out', '<dl><dd data-style="width: 6px">Nov 25</dd></dl>', ['cut at 6 px: dd Nov 25']],
  [
    'a choice that is cut',
    '<select name="work" data-style="width: 90px"><option>Something or nothing</option></select>',
    ['cut at 90 px: select work Something or nothing'],
  ],
  ['a link without a colour', '<a href="/person">Ada</a>', ['in the colour of the browser: a Ada']],
])('finds %s', async (_what, content, faults) => {
  expect(await faultsOf(content)).toEqual(faults);
});

it('finds a link without a colour in the dark too', async () => {
  expect(await faultsOf('<a href="/person">Ada</a>', { scheme: 'dark' })).toEqual([
    'in the colour of the browser: a Ada',
  ]);
});
