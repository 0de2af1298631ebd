import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';

/** Ids of builds of the extension, for each kind of browser. Stores, and organisations that sign a build themselves, give ids of their own. */
export type ExtensionIds = Readonly<Record<'chromium' | 'firefox', readonly string[]>>;

/** The ids of the product's own builds, which every host obeys. */
export const BUILT_IN_IDS: ExtensionIds = { chromium: [CHROMIUM_EXTENSION_ID], firefox: [FIREFOX_EXTENSION_ID] };

/** The extension that has started the host, as the browser's arguments tell. */
export interface Caller {
  readonly flavour: keyof ExtensionIds;
  readonly id: string;
}

/** Reads the caller from the browser's arguments: the caller's origin (Chromium), or manifest and extension id (Firefox). */
export function callerOf([first = '', second = '']: readonly string[]): Caller {
  const [, id] = /^chrome-extension:\/\/([^/]*)\/?$/.exec(first) ?? [];
  if (id !== undefined) return { flavour: 'chromium', id };
  return { flavour: 'firefox', id: first.startsWith('chrome-extension:') ? '' : second };
}

/** True if a list of ids names the caller. */
export const isNamedIn = (ids: ExtensionIds, { flavour, id }: Caller): boolean => ids[flavour].includes(id);
