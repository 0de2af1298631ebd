import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import {
  EXTENSION_SETTINGS,
  FIREFOX_EXTENSION_SETTINGS,
  hostLists,
  type Strictness,
  userLevelHosts,
} from './browser-policies.js';
import { EXAMPLES, TEMPLATE_SETTINGS } from './examples.js';
import { jsonText } from './json-text.js';

const forExtension = (settings: unknown): Record<string, unknown> => ({
  '3rdparty': { extensions: { [CHROMIUM_EXTENSION_ID]: settings } },
});

/** Writes a file for the policy folder of Chrome, Edge, Chromium, Brave or Vivaldi on Linux. */
export const chromiumJson = (strictness: Strictness): string =>
  jsonText({
    ExtensionSettings: EXTENSION_SETTINGS,
    ...hostLists(strictness),
    ...userLevelHosts(strictness),
    ...forExtension(TEMPLATE_SETTINGS),
  });

/** Writes every setting of the extension with an example, to copy from. */
export const allSettingsJson = (): string => jsonText(forExtension(EXAMPLES));

/** Writes Firefox's `policies.json`, for every system. */
export const firefoxJson = (): string =>
  jsonText({
    policies: {
      ExtensionSettings: FIREFOX_EXTENSION_SETTINGS,
      '3rdparty': { Extensions: { [FIREFOX_EXTENSION_ID]: TEMPLATE_SETTINGS } },
    },
  });
