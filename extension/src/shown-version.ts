import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { browser } from './browser.js';

/** Returns the version for people: with the commit of the build, where the manifest has it. Firefox knows no `version_name`. */
export const shownVersion = (): string => browser.runtime.getManifest().version_name ?? PRODUCT_VERSION;
