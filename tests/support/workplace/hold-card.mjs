/**
 * Takes the card of a reader, says `holding`, and keeps it until this process is ended: another program at the user's
 * computer. Arguments: the reader's name, and `exclusive` or `shared`.
 */
import pcsclite from 'pcsclite';

const [name, mode] = process.argv.slice(2);
const PROTOCOLS = 3;

const pcsc = pcsclite();
pcsc.on('error', fail);
pcsc.on('reader', (reader) => {
  reader.on('error', fail);
  if (reader.name !== name) return;
  const share_mode = mode === 'shared' ? reader.SCARD_SHARE_SHARED : reader.SCARD_SHARE_EXCLUSIVE;
  reader.on('status', ({ state }) => {
    if (!(state & reader.SCARD_STATE_PRESENT) || reader.connected) return;
    reader.connect({ share_mode, protocol: PROTOCOLS }, (error) => (error ? fail(error) : console.log('holding')));
  });
});

/** @param {Error} error */
function fail(error) {
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}
