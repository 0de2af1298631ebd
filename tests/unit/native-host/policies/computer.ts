import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { System } from '../../../../native-host/src/system/system.js';

export const CHROMIUM = '/etc/chromium/policies/managed';
export const FIREFOX = '/etc/firefox/policies/policies.json';
export const RECORD = '/var/lib/cardwright/policies.json';
export const LOCK = '/run/cardwright-policies.lock';

export const SITES = { 'https://cms.acme.test': ['read', 'use', 'manage'] };

/** A template that an administrator has edited. */
export const TEMPLATE = {
  ExtensionSettings: {
    [CHROMIUM_EXTENSION_ID]: { installation_mode: 'force_installed', update_url: 'https://a.test/' },
  },
  NativeMessagingAllowlist: ['org.cardwright.host'],
  '3rdparty': { extensions: { [CHROMIUM_EXTENSION_ID]: { allowedSites: SITES, support: { name: 'Desk' } } } },
};

/** A Linux computer in a folder. */
export class Computer {
  readonly system: System;

  constructor() {
    const root = mkdtempSync(path.join(tmpdir(), 'cardwright-policies-'));
    this.system = {
      platform: 'linux',
      root,
      home: '/home/alice',
      env: {},
      pid: process.pid,
      ppid: 1,
      run: () => Promise.resolve(null),
      user: () => 'root',
    };
  }

  at(file: string): string {
    return path.join(this.system.root, file);
  }

  /** Writes a file: text verbatim, anything else as formatted JSON. */
  put(file: string, content: unknown): string {
    mkdirSync(path.dirname(this.at(file)), { recursive: true, mode: 0o755 });
    const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
    writeFileSync(this.at(file), text);
    return text;
  }

  text(file: string): string {
    return readFileSync(this.at(file), 'utf8');
  }

  json(file: string): unknown {
    return JSON.parse(this.text(file));
  }

  has(file: string): boolean {
    return existsSync(this.at(file));
  }

  /** Returns every file with its content, and every empty folder. */
  everything(): Record<string, string> {
    const entries = readdirSync(this.system.root, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      entries.map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [
          path.relative(this.system.root, file),
          entry.isFile() ? readFileSync(file, 'utf8') : entry.isSymbolicLink() ? 'link' : 'folder',
        ];
      }),
    );
  }

  remove(): void {
    rmSync(this.system.root, { recursive: true });
  }
}
