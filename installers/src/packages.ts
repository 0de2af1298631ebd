import type { Package } from './package.js';
import { extension } from './packages/extension.js';

/** Everything that `npm run package` makes, in this order. */
export const PACKAGES: readonly Package[] = [extension];
