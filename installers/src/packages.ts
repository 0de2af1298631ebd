import type { Package } from './package.js';
import { hostMsi } from './packages/host-msi.js';

/** Everything that `npm run package` makes, in this order. */
export const PACKAGES: readonly Package[] = [hostMsi];
