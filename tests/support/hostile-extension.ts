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
