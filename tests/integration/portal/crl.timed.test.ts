import { it } from '@jest/globals';

/**
 * The tests of `crl-times.ts`, all of them thorough. Elsewhere not even the portal is loaded for them, which would take as long as many tests.
 */
if (globalThis.runsEverything) await import('./crl-times.js');
else it.skip('has its tests in `npm run test:all`', () => undefined);
