/** A PC/SC binding of the host in a separate process. An environment variable names its module. */
import { serveParent } from './serve-parent.mjs';
import { PcscCalls } from '../../../native-host/dist/pcsc/koffi-calls.js';
import { loadBinding } from '../../../native-host/dist/pcsc/load-binding.js';

const binding = await loadBinding();
const contexts = new Map();
const cards = new Map();
const hex = (bytes) => Buffer.from(bytes).toString('hex').toUpperCase();
const tell = (event) => process.send(event);

/** Milliseconds of a wait that only a cancellation can end. */
const FOR_EVER = 24 * 60 * 60 * 1000;
const { waitForChange, connect } = PcscCalls.prototype;
let connects = 0;
PcscCalls.prototype.connect = function (...to) {
  connects += 1;
  return connect.apply(this, to);
};

serveParent({
  /** Lets each wait for changes of the readers last until it is cancelled. */
  waitForEver() {
    PcscCalls.prototype.waitForChange = function (context, _time, known) {
      return waitForChange.call(this, context, FOR_EVER, known);
    };
  },
  /** Returns how often the service was asked for a card. It answers no such call while another program has a transaction. */
  connects: () => connects,
  open(context) {
    contexts.set(
      context,
      binding.open({
        onReaders: (names) => tell({ event: 'readers', context, names }),
        onStatus: (reader, status) => tell({ event: 'status', context, reader, ...status, atr: hex(status.atr) }),
        onFailure: ({ code }) => tell({ event: 'failure', context, code }),
      }),
    );
  },
  async connect(context, card, reader, mode) {
    cards.set(card, await contexts.get(context).connect(reader, mode));
    return cards.get(card).protocol;
  },
  async transmit(card, apdu) {
    return hex(await cards.get(card).transmit(Buffer.from(apdu, 'hex')));
  },
  /** Asks the reader for its features. */
  async features(card) {
    const { reader } = cards.get(card);
    return hex(await reader.control(reader.featureRequest, new Uint8Array()));
  },
  disconnect: (card) => cards.get(card).disconnect(),
  close: (context) => contexts.get(context).close(),
  // Waits for every worker thread, as the host does at its end.
  exit: () => void setTimeout(() => process.exit(0)),
});
