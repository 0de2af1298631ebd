/**
 * Prints, as a JSON array, the names of the readers that pcscd has, and ends. A process of its own, because
 * libpcsclite reads PCSCLITE_CSOCK_NAME once per process: whoever asks about another pcscd must ask in another process.
 */
import koffi from 'koffi';

const SCOPE_SYSTEM = 2;
const NO_READERS_AVAILABLE = 0x8010002e;
/** Bytes for the names of more readers than pcscd has room for. */
const NAMES_LENGTH = 16_384;

const library = koffi.load('libpcsclite.so.1');
const establish = library.func('SCardEstablishContext', 'long', [
  'ulong',
  'void *',
  'void *',
  koffi.out(koffi.pointer('long')),
]);
const list = library.func('SCardListReaders', 'long', [
  'long',
  'void *',
  'uint8 *',
  koffi.inout(koffi.pointer('ulong')),
]);

const context = [0];
demand(establish(SCOPE_SYSTEM, null, null, context));
const names = Buffer.alloc(NAMES_LENGTH);
const length = [names.length];
const code = list(context[0], null, names, length) >>> 0;
if (code !== NO_READERS_AVAILABLE) demand(code);
const listed = code === NO_READERS_AVAILABLE ? '' : names.toString('utf8', 0, length[0]);
console.log(JSON.stringify(listed.split('\0').filter((name) => name !== '')));

/** @param {number} code */
function demand(code) {
  if (code !== 0) throw new Error(`PC/SC answered 0x${(code >>> 0).toString(16)}`);
}
