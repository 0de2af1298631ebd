import { defineFailures } from '../failure.js';

const CONNECT = 'Open the dialog, or look at it if it is open.';

/** Failures of the card: there is no card, or the card cannot be issued, answers with an error during the issuance, or needs further steps. */
export const cardFailures = defineFailures([
  {
    name: 'no-card',
    title: 'No card in any reader',
    code: 'DEVICE_NOT_FOUND',
    then: 'The dialog waits for a device.',
    stage: (simulator) => simulator.readers.pull(),
  },
  {
    name: 'mute-card',
    title: 'A card that answers nothing',
    code: 'CARD_MUTE',
    then: CONNECT,
    stage: (simulator) => simulator.readers.insert('yubikey', { args: ['--fault', 'mute@1'] }),
  },
  {
    name: 'no-piv',
    title: 'A card without PIV',
    code: 'NO_APPLICATION',
    then: CONNECT,
    stage: (simulator) => simulator.readers.insert('no-piv'),
  },
  {
    name: 'pin-blocked',
    title: 'PIN and PUK are blocked',
    code: null,
    then: 'Open the dialog: the YubiKey is offered to be erased.',
    stage: (simulator) => simulator.readers.insert('yubikey', { args: ['--locked'] }),
  },
  {
    name: 'locked-for-good',
    title: 'PIN and PUK are blocked, and the card cannot be reset',
    code: 'PUK_BLOCKED',
    then: CONNECT,
    stage: (simulator) => simulator.readers.insert('piv', { args: ['--locked'] }),
  },
  {
    name: 'contactless',
    title: 'A card on a contactless reader',
    code: 'CONTACT_NEEDED',
    then: CONNECT,
    stage: (simulator) => simulator.readers.insert('piv', { args: ['--contactless'] }),
  },
  {
    name: 'card-error',
    title: 'A card that answers with an error in the middle',
    code: 'CARD_ERROR',
    then: 'Issue the device.',
    stage: (simulator) =>
      simulator.readers.insert('yubikey', { args: ['--fault', 'status@GENERATE-ASYMMETRIC-KEY-PAIR#2=6F00'] }),
  },
  {
    name: 'card-full',
    title: 'A card without room for a certificate',
    code: 'DEVICE_FULL',
    then: 'Issue the device.',
    stage: (simulator) => simulator.readers.insert('yubikey', { args: ['--fault', 'status@PUT-DATA#2=6A84'] }),
  },
]);
