import { CardwrightError } from '@cardwright/protocol';
import { passkeyStage } from '../../../support/scripted-stages.js';
import { dual, yubikey } from './devices.js';
import { ERROR, type Scene, type Scenes } from './scene.js';

const failAt = (error: CardwrightError): Scene => ({
  script: { devices: [yubikey] },
  cms: (cms) => {
    cms.failure = { phase: 'keys', error: error.toWire() };
  },
  awaits: ERROR,
});
const refuseToConnect = (error: CardwrightError): Scene => ({
  script: { initializeError: error.toWire() },
  awaits: ERROR,
});
/** The window for another PIN ends with an error. */
const changePin = (error: CardwrightError, awaits: string): Scene => ({
  dialog: 'cardwright-change-pin',
  script: { devices: [yubikey], pinError: error.toWire() },
  awaits,
});

export const errorScenes: Scenes = [
  { name: 'error-extension-missing', script: { isInstalled: false }, awaits: ERROR },
  { name: 'error-site-blocked', script: { consent: 'blocked' }, awaits: ERROR },
  { name: 'error-extension-updated', ...refuseToConnect(new CardwrightError('EXTENSION_UPDATED')) },
  { name: 'error-host-missing', ...refuseToConnect(new CardwrightError('HOST_MISSING')) },
  { name: 'error-host-forbidden', ...refuseToConnect(new CardwrightError('HOST_FORBIDDEN')) },
  { name: 'error-host-crashed', ...refuseToConnect(new CardwrightError('HOST_CRASHED')) },
  {
    name: 'error-version',
    ...refuseToConnect(
      new CardwrightError('VERSION_MISMATCH', { update: 'extension', installed: '0.1.0', minimum: '0.2.0' }),
    ),
  },
  { name: 'error-permission', script: { granted: ['read'], grantable: ['read'] }, awaits: ERROR },
  {
    name: 'error-service',
    script: { listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() },
    awaits: ERROR,
  },
  {
    name: 'error-passkey',
    script: { devices: [dual], fidoErrors: { 'fido.createCredential': new CardwrightError('TOUCH_TIMEOUT').toWire() } },
    cms: (cms) => {
      cms.passkeyStages = [passkeyStage('host', 'separate')];
    },
    awaits: ERROR,
  },
  {
    name: 'error-busy',
    script: { devices: [yubikey], openError: new CardwrightError('DEVICE_BUSY').toWire() },
    awaits: ERROR,
  },
  { name: 'error-mute', ...failAt(new CardwrightError('CARD_MUTE')) },
  { name: 'error-moved', ...failAt(new CardwrightError('OPERATION_MOVED')) },
  {
    name: 'error-refused',
    ...failAt(new CardwrightError('CA_REFUSED', { reason: 'The profile does not allow this subject.' })),
  },
  {
    name: 'error-operation',
    ...failAt(new CardwrightError('OPERATION_FAILED', { reason: 'The key in slot 9D was not proved.' })),
  },
  { name: 'error-approval-needed', ...failAt(new CardwrightError('APPROVAL_NEEDED')) },
  { name: 'error-card-removed', ...failAt(new CardwrightError('CARD_REMOVED')) },
  { name: 'change-pin-wrong', ...changePin(new CardwrightError('PIN_INCORRECT', { retriesLeft: 1 }), ERROR) },
  { name: 'change-pin-blocked', ...changePin(new CardwrightError('PIN_BLOCKED'), '>>> #unlock') },
];
