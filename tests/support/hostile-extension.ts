import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes another extension into `folder`, which tries what the browser lets one: it may read every page, has a content
 * script in each, and its background, awake whenever a page is loaded, runs what a test tells it.
 *
 * @param contentScript what it runs in every page
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
