/**
 * Takes the card of a reader as soon as it is free, says `holding`, and keeps it until this process is ended: another
 * program at the user's computer. Arguments: the reader's name, and `exclusive` or `shared`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pcsclite from 'pcsclite';

const [name, mode] = process.argv.slice(2);
const PROTOCOLS = 3;
const PAUSE_MS = 1;
/** SCARD_E_SHARING_VIOLATION */
const TAKEN = /0x8010000b/i;

const pcsc = pcsclite();
pcsc.on('error', fail);
pcsc.on('reader', (reader) => {
  reader.on('error', fail);
  if (reader.name !== name) return;
  const share_mode = mode === 'shared' ? reader.SCARD_SHARE_SHARED : reader.SCARD_SHARE_EXCLUSIVE;
  let isTrying = false;
  reader.on('status', ({ state }) => {
    if (!(state & reader.SCARD_STATE_PRESENT) || isTrying) return;
    isTrying = true;
    take(promisify(reader.connect.bind(reader)), share_mode).then(() => console.log('holding'), fail);
  });
});

/**
 * @param {(options: object) => Promise<unknown>} connect
 * @param {number} share_mode
 */
async function take(connect, share_mode) {
  for (;;) {
    try {
      await connect({ share_mode, protocol: PROTOCOLS });
      return;
    } catch (error) {
      if (!TAKEN.test(error.message)) throw error;
    }
    await wait(PAUSE_MS);
  }
}

/** @param {Error} error */
function fail(error) {
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}
