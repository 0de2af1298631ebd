import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InsertedCard, Stage } from '@cardwright/stage';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { memoryOf, secretsOf } from '../../support/card-secrets.js';
import { HostProcess } from '../../support/host-process.js';
import { interruptionOf } from '../../support/interruption.js';
import { PortalClient } from '../../support/portal-client.js';
import { openOwnStage } from '../../support/own-stage.js';
import { portalOf } from '../../support/portal-options.js';
import { oneIn } from '../../support/thorough.js';

const NEW_PIN = '739154';

/**
 * The APDUs at which the card is pulled: numbers since its insertion, and the change of its PIN. An issuance ends with the 55th APDU
 * (YubiKey) or the 41st (plain card). A run draws one, because the fault sweep has every APDU.
 */
const POINTS = {
  yubikey: [30, 36, 42, 53, 'CHANGE-REFERENCE-DATA#2'],
  piv: [18, 24, 32, 37, 'CHANGE-REFERENCE-DATA#2'],
} as const;

let stage: Stage;
let portal: PortalClient;

beforeAll(async () => {
  stage = await openOwnStage({ readers: 1, browser: false, portal: portalOf({ algorithm: 'P-256', deviceLimit: 20 }) });
});
afterAll(() => stage.close());

beforeEach(async () => {
  portal = await new PortalClient(stage.portal.url).login('alice');
});

/** A page session from its start to its end. */
const issue = async (): Promise<OperationAnswer> => {
  const cms = await portal.keys();
  const host = await HostProcess.start({ env: stage.env, origin: stage.portal.url, cms, choosePin: () => NEW_PIN });
  try {
    return await portal.issue(host, await onlyDevice(host));
  } finally {
    await host.close();
  }
};

describe.each(['yubikey', 'piv'] as const)('a %s that was pulled while it was issued', (profile) => {
  it.each(oneIn(POINTS[profile].length, POINTS[profile]))(
    'at %s finishes when it is back, with its tries untouched',
    async (point) => {
      const pulled = await stage.insert({ profile, args: ['--fault', `pull@${point}`] });
      await expect(interruptionOf(issue())).resolves.toBe('CARD_REMOVED');
      await pulled.pull();
      const back = await stage.insert({ profile, stateFile: pulled.stateFile });
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'active' });
      expect(secretsOf(back.stateFile).pin).toBe(NEW_PIN);
      expect(triesOf(back)).toEqual([3, 3]);
      await back.pull();
    },
  );
});

/** Faults of consecutive sessions with a plain card. Such a card can neither report the tries left for its PUK nor be reset. */
const PULLS = [
  ['pull@CHANGE-REFERENCE-DATA', 'pull@CHANGE-REFERENCE-DATA', 'pull@CHANGE-REFERENCE-DATA'],
  ['pull-after@CHANGE-REFERENCE-DATA', 'pull-after@CHANGE-REFERENCE-DATA'],
  ['pull@RESET-RETRY-COUNTER', 'pull@RESET-RETRY-COUNTER', 'pull-after@RESET-RETRY-COUNTER'],
  ['pull@CHANGE-REFERENCE-DATA', 'pull-after@RESET-RETRY-COUNTER', 'pull@RESET-RETRY-COUNTER'],
];

describe('a plain card that was pulled again and again while it got its PUK', () => {
  it.each(PULLS.map((faults) => [faults.join(', then '), faults] as const))(
    '%s: finishes with a PUK that never had fewer than two tries',
    async (_name, faults) => {
      let stateFile: string | undefined;
      for (const fault of faults) {
        const pulled = await stage.insert({
          profile: 'piv',
          args: ['--fault', fault],
          ...(stateFile && { stateFile }),
        });
        ({ stateFile } = pulled);
        await expect(interruptionOf(issue())).resolves.toBe('CARD_REMOVED');
        await pulled.pull();
        expect(memoryOf(stateFile).puk.triesLeft).toBeGreaterThanOrEqual(2);
      }
      const back = await stage.insert({ profile: 'piv', ...(stateFile && { stateFile }) });
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'active' });
      expect(secretsOf(back.stateFile)).toMatchObject({ pin: NEW_PIN, puk: expect.not.stringContaining('12345678') });
      expect(triesOf(back)).toEqual([3, 3]);
      await back.pull();
    },
  );
});

async function onlyDevice(host: HostProcess): Promise<DeviceInfo> {
  const { devices } = await host.call('device.list', {});
  const [device] = devices;
  if (device === undefined || devices.length > 1) throw new Error(`${devices.length} devices`);
  return device;
}

function triesOf({ stateFile }: InsertedCard): number[] {
  const { pin, puk } = memoryOf(stateFile);
  return [pin.triesLeft, puk.triesLeft];
}
