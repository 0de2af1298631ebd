import { afterAll, beforeAll } from '@jest/globals';
import { thoroughIt } from '../../support/thorough.js';

/** Loads the tests only where they run: the portal, which they need, takes as long to load as many tests. */
const times = () => import('./crl-times.js');

beforeAll(async () => {
  if (globalThis.runsEverything) await (await times()).open();
});
afterAll(async () => {
  if (globalThis.runsEverything) await (await times()).close();
});

thoroughIt('of 100,000 certificates is made once for all who ask, while others are answered', async () =>
  (await times()).isMadeOnce(),
);

thoroughIt('is then handed out as it is, and not at all to those who have it', async () =>
  (await times()).isHandedOut(),
);

thoroughIt(
  'is read by ten readers without end, and issuances beside them take at most twice as long on average',
  async () => (await times()).isReadBeside(),
);

thoroughIt('lists a certificate that came on hold since, and no longer once it is off hold', async () =>
  (await times()).listsWhatIsOnHold(),
);
