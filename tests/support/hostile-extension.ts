import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes a hostile extension into `folder`, with every right that the browser gives one: it may read every page and has a
 * content script in each. Its background wakes whenever a page is loaded, and runs the code that a test sends it.
 *
 * @param contentScript the script that it runs in every page
 */
export function writeHostileExtension(folder: string, contentScript: string): string {
  const manifest = {
    manifest_version: 3,
    name: 'Hostile',
    version: '1',
    permissions: ['scripting', 'tabs'],
    host_permissions: ['<all_urls>'],
    background: { service_worker: 'hostile.js' },
    content_scripts: [{ matches: ['<all_urls>'], js: ['in-page.js'], run_at: 'document_start', all_frames: true }],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'hostile.js'), 'chrome.runtime.onMessage.addListener(() => undefined);');
  writeFileSync(
    path.join(folder, 'in-page.js'),
    `chrome.runtime.sendMessage('awake').catch(() => null); ${contentScript}`,
  );
  return folder;
}

/** Reads what our extension answers to another one: to a message, and to a port that it opens. */
const ASK_EXTENSION = `async (id, silence) => {
  const message = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} };
  const answer = await browser.runtime.sendMessage(id, message).catch(() => 'refused');
  const port = browser.runtime.connect(id, { name: 'page' });
  const heard = [];
  const ended = new Promise((resolve) => port.onDisconnect.addListener(() => resolve('ended')));
  port.onMessage.addListener((data) => heard.push(data));
  const end = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, silence, 'open'))]);
  return JSON.stringify({ answer: answer ?? null, end, heard });
}`;

/**
 * Writes a hostile extension for Firefox into `folder`. Its script in each page has its background ask the extension `id`, and writes what came back
 * into the page, as the attribute data-told of its root.
 *
 * @param silence milliseconds after which a port counts as open
 */
export function writeHostileAddon(folder: string, id: string, silence: number): string {
  const manifest = {
    // Of version 2, Firefox gives the pages without asking its user.
    manifest_version: 2,
    name: 'Hostile',
    version: '1',
    permissions: ['<all_urls>', 'tabs'],
    background: { scripts: ['hostile.js'] },
    content_scripts: [{ matches: ['<all_urls>'], js: ['in-page.js'], run_at: 'document_end' }],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(
    path.join(folder, 'hostile.js'),
    `browser.runtime.onMessage.addListener(() => (${ASK_EXTENSION})(${JSON.stringify(id)}, ${silence}));`,
  );
  writeFileSync(
    path.join(folder, 'in-page.js'),
    "browser.runtime.sendMessage('awake').then((told) => (document.documentElement.dataset.told = told));",
  );
  return folder;
}
