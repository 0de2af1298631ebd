import { defineFailures } from '../failure.js';

const OPEN = 'Open the dialog. If it is open: close it first, since a session keeps what it found.';

/** Failures of the computer: extension, host, smart card service, readers. */
export const computerFailures = defineFailures([
  {
    name: 'no-extension',
    title: 'The extension is not installed',
    code: 'EXTENSION_MISSING',
    then: 'Reload the page, then open the dialog.',
    stage: (simulator) => simulator.removeExtension(),
  },
  {
    name: 'no-host',
    title: 'The host is not installed',
    code: 'HOST_MISSING',
    then: OPEN,
    stage: (simulator) => simulator.withHost(null),
  },
  {
    name: 'host-forbidden',
    title: 'The host belongs to another extension',
    code: 'HOST_FORBIDDEN',
    then: OPEN,
    stage: (simulator) => simulator.withHost('of-another-extension'),
  },
  {
    name: 'host-crash',
    title: 'The host ends while a device is opened',
    code: 'HOST_CRASHED',
    then: 'Issue a device.',
    stage: (simulator) => simulator.interfere('device.open', () => Promise.resolve({ act: 'crash' })),
  },
  {
    name: 'no-pcscd',
    title: 'The smart card service is stopped',
    code: 'PCSC_UNAVAILABLE',
    then: OPEN,
    stage: (simulator) => simulator.readers.stop(),
  },
  {
    name: 'no-reader',
    title: 'No reader is connected',
    code: 'NO_READER',
    then: OPEN,
    stage: (simulator) => simulator.readers.restart(0),
  },
]);
