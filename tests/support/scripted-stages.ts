import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { PasskeyWay } from '@cardwright/protocol/passkeys';
import type { StepCommand } from '@cardwright/protocol/steps';
import type { OperationKind } from '../../sdk/src/elements/operations/wizards.js';

type DeviceState = OperationAnswer['deviceState'];

/** One step of an operation of a scripted CMS. */
export interface Stage {
  readonly phase: string;
  readonly text: string;
  readonly progress: number;
  /** The device's state during the step. */
  readonly deviceState: DeviceState;
  /** The question in the extension's window; by default none. */
  readonly asks?: 'pin' | 'confirm';
  /** The commands of its step, if the wizard reads them. */
  readonly commands?: readonly StepCommand[];
}

/** An operation of a scripted CMS. */
export interface Play {
  readonly stages: readonly Stage[];
  /** The device's state afterwards. */
  readonly becomes: DeviceState;
}

/** The portal's operations; an issuance takes six calls, including the start. */
const PLAYS: Readonly<Record<OperationKind, Play>> = {
  issue: {
    stages: [
      { phase: 'authenticate', text: 'Unlocking your device', progress: 5, deviceState: null },
      { phase: 'personalize', text: 'Preparing your device for you', progress: 15, deviceState: null },
      { phase: 'keys', text: 'Creating keys', progress: 30, deviceState: 'producing' },
      { phase: 'certificates', text: 'Writing your certificates', progress: 70, deviceState: 'producing' },
      { phase: 'pin', text: 'Waiting for your new PIN', progress: 90, deviceState: 'pending', asks: 'pin' },
    ],
    becomes: 'active',
  },
  'change-pin': {
    stages: [{ phase: 'pin', text: 'Waiting for your PIN', progress: 10, deviceState: 'active', asks: 'pin' }],
    becomes: 'active',
  },
  unlock: {
    stages: [
      { phase: 'device-proof', text: 'Checking your device', progress: 5, deviceState: 'active' },
      { phase: 'pin', text: 'Waiting for your new PIN', progress: 20, deviceState: 'active', asks: 'pin' },
      { phase: 'secure', text: 'Securing your device', progress: 80, deviceState: 'active' },
    ],
    becomes: 'active',
  },
  erase: {
    stages: [
      { phase: 'device-proof', text: 'Checking your device', progress: 5, deviceState: 'active' },
      { phase: 'confirm', text: 'Waiting for your confirmation', progress: 15, deviceState: 'active', asks: 'confirm' },
      { phase: 'erase', text: 'Erasing your device', progress: 30, deviceState: 'terminated' },
      { phase: 'read-back', text: 'Checking that everything is gone', progress: 80, deviceState: 'terminated' },
    ],
    becomes: 'available',
  },
};

/** An operation that only the CMS knows. */
const ANY: Play = {
  stages: [{ phase: 'stamp', text: 'Stamping your device', progress: 50, deviceState: 'active' }],
  becomes: 'active',
};

/** Returns the play of a kind of operation. */
export const playOf = (kind: string): Play => new Map<string, Play>(Object.entries(PLAYS)).get(kind) ?? ANY;

/** A stage in which the user chooses a FIDO PIN. */
export const FIDO_PIN_STAGE: Stage = {
  phase: 'fido-pin',
  text: 'Setting your FIDO PIN',
  progress: 75,
  deviceState: 'producing',
  commands: [{ method: 'fido.setPin', params: { rules: null, secrets: { newFidoPin: { source: 'user' } } } }],
};

/** A stage in which the FIDO application is reset. */
export const FIDO_RESET_STAGE: Stage = {
  phase: 'fido-pin',
  text: 'Resetting the FIDO application',
  progress: 72,
  deviceState: 'producing',
  commands: [{ method: 'fido.reset', params: {} }],
};

/** Creates a stage in which a passkey is created, in a given way, with a separate FIDO PIN or the device's. */
export const passkeyStage = (way: PasskeyWay, pin: 'separate' | 'shared'): Stage => ({
  phase: 'passkey',
  text: 'Creating your passkey',
  progress: 80,
  deviceState: 'producing',
  commands: [
    {
      method: 'fido.createCredential',
      params: {
        way,
        origin: 'https://login.microsoft.com',
        pin,
        options: { rp: { id: 'login.microsoft.com', name: 'Microsoft' } },
      },
    },
  ],
});
