import pcsc from 'pcsclite';

/**
 * Another program that has a card: `hold-card.mjs READER exclusive|shared`. Prints `holding` once it has it, and keeps it
 * until it is ended.
 */
const [, , name, mode] = process.argv;

const library = pcsc();
library.on('error', fail);
library.on('reader', (reader) => {
  if (reader.name !== name) return;
  reader.on('error', fail);
  reader.once('status', () => {
    const share = mode === 'shared' ? reader.SCARD_SHARE_SHARED : reader.SCARD_SHARE_EXCLUSIVE;
    reader.connect({ share_mode: share }, (error) => {
      if (error) fail(error);
      else console.log('holding');
    });
  });
});

function fail(error) {
  console.error(error.message);
  process.exit(1);
}
