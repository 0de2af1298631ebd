import type { Package } from './package.js';

/** Everything that `npm run package` makes, in this order. */
export const PACKAGES: readonly Package[] = [];
