/**
 * Prints, as a JSON array, the names of the readers that pcscd has, and ends. A process of its own, because
 * libpcsclite reads PCSCLITE_CSOCK_NAME once per process: whoever asks about another pcscd must ask in another process.
 */
import pcsclite from 'pcsclite';

/** With no reader at all, pcsclite tells nothing: then the first answer of its watcher is waited for. */
const pcsc = pcsclite();
const start = pcsc.start.bind(pcsc);
pcsc.start = (watch) =>
  start((error, data) => {
    watch(error, data);
    if (error) fail(error);
    else report();
  });
pcsc.on('error', fail);
pcsc.on('reader', (reader) => reader.on('error', fail));

function report() {
  process.stdout.write(`${JSON.stringify(Object.keys(pcsc.readers))}\n`, () => process.exit(0));
}

/** @param {Error} error */
function fail(error) {
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}
