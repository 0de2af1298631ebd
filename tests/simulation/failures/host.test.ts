import { afterEach, describe, expect, it } from '@jest/globals';
import type { CodesOf } from '../../support/failures/staged.js';
import { Bench } from './bench.js';
import { deviceStagings } from './device-stagings.js';
import { fidoStagings } from './fido-stagings.js';
import { keypadStagings } from './keypad-stagings.js';
import { readerStagings } from './reader-stagings.js';
import type { Stagings } from './staging.js';

const stagings: Stagings<CodesOf<'host'>> = {
  ...readerStagings,
  ...keypadStagings,
  ...deviceStagings,
  ...fidoStagings,
};

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** Returns what arrived at the page: an error, or a finding with the code. */
const arrived = (acting: Promise<unknown>): Promise<unknown> => acting.catch((error: unknown) => error);

describe.each(Object.entries(stagings))('%s', (code, { when, desk, act, data }) => {
  it(`arrives at the page when ${when}`, async () => {
    bench = await Bench.open(await desk?.());
    await expect(arrived(act(bench))).resolves.toMatchObject({ code, ...(data && { data }) });
  });
});
