import { CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../../../native-host/src/checks/check.js';
import { fidoPins } from '../../../../native-host/src/checks/fido-pin.js';
import type { FidoState } from '../../../../native-host/src/devices/fido-state.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { thisSystem } from '../../../../native-host/src/system/system.js';
import { blankYubikey, freshFido } from '../../../support/device-facts.js';

const ignore = (): void => undefined;

/** The devices of a computer, whose FIDO2 applications report this state. */
class Reporting extends Inventory {
  constructor(private readonly state: FidoState | null | CardwrightError) {
    super(new Readers(() => Promise.reject(new Error('no reader is needed')), ignore), ignore);
  }

  override readFidoState(): Promise<FidoState | null> {
    return this.state instanceof CardwrightError ? Promise.reject(this.state) : Promise.resolve(this.state);
  }
}

/** Has doctor check one device. */
async function find(device: DeviceInfo, state: FidoState | null | CardwrightError): Promise<Finding[]> {
  const look = { listing: { readers: [], devices: [device] } };
  const context = { system: thisSystem, audience: 'doctor', now: 0, programFolder: '/', look } as const;
  return fidoPins.run({ ...context, inventory: new Reporting(state) });
}

const FIDO = freshFido({ pinSet: true });
const withFido = (fido2 = FIDO): DeviceInfo => blankYubikey('11223344', { fido2 });
const stateOf = (retriesLeft: number, needsPowerCycle = false): FidoState => ({
  facts: FIDO,
  retries: { retriesLeft, needsPowerCycle },
  remainingPasskeys: 24,
});

describe('doctor, checking a FIDO PIN,', () => {
  it.each<[string, FidoState | null | CardwrightError, object]>([
    [
      'tells the attempts left',
      stateOf(7),
      {
        outcome: 'passed',
        code: null,
        detail: 'set, 7 attempts left, at least 4 characters, room for 24 more passkeys',
      },
    ],
    ['tells one that is blocked', stateOf(0), { outcome: 'failed', code: 'FIDO_PIN_BLOCKED', detail: 'blocked' }],
    [
      'tells one that waits for a reinsertion',
      stateOf(5, true),
      {
        outcome: 'failed',
        code: 'FIDO_PIN_PAUSED',
        detail: 'set, 5 attempts left, at least 4 characters, room for 24 more passkeys',
      },
    ],
    [
      'does not ask a device that a page uses',
      null,
      { outcome: 'skipped', code: null, detail: 'set, not asked while a page uses the device, at least 4 characters' },
    ],
    [
      'does not ask a device that another program uses',
      new CardwrightError('DEVICE_BUSY'),
      { outcome: 'skipped', code: null, detail: 'another program is using the device' },
    ],
  ])('%s', async (_, state, expected) => {
    const [finding, ...others] = await find(withFido(), state);
    const { detail, ...check } = finding?.check ?? { detail: '' };
    expect({ ...check, detail: detail.replace(/^YubiKey 11223344: /, '') }).toEqual({ id: 'fido-pin', ...expected });
    expect(others).toEqual([]);
  });

  it('says that there is none, or that FIDO2 is out of reach', async () => {
    const notSet = freshFido();
    expect(await find(withFido(notSet), { facts: notSet, retries: null, remainingPasskeys: null })).toMatchObject([
      { check: { outcome: 'passed', detail: 'YubiKey 11223344: not set, at least 4 characters' } },
    ]);
    expect(await find(blankYubikey('11223344'), null)).toMatchObject([
      { check: { outcome: 'skipped', detail: expect.stringContaining('its FIDO2 application is not reached') } },
    ]);
  });
});
