import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pcsc from 'pcsclite';

/**
 * A program that wants to use a card on which someone else is logged in: `ride-card.mjs READER APDU...`, in hexadecimal.
 * Again and again it connects, shared, sends the APDUs and releases the card without resetting it. Each time it prints a
 * line: the status words, or the return code of PC/SC with which it was refused. It runs until it is ended.
 */
const [, , name, ...apdus] = process.argv;
const PAUSE_MS = 10;
const MAX_ANSWER = 65_538;
const CODE = /0x[0-9a-f]*([0-9a-f]{8})/i;

const library = pcsc();
library.on('error', () => undefined);
library.on('reader', (reader) => {
  if (reader.name !== name) return;
  reader.on('error', () => undefined);
  reader.once('status', () => void ride(reader));
});

async function ride(reader) {
  const connect = promisify(reader.connect.bind(reader));
  const disconnect = promisify(reader.disconnect.bind(reader));
  const transmit = promisify(reader.transmit.bind(reader));
  for (;;) {
    try {
      const protocol = await connect({ share_mode: reader.SCARD_SHARE_SHARED });
      try {
        const words = [];
        for (const apdu of apdus) {
          const answer = await transmit(Buffer.from(apdu, 'hex'), MAX_ANSWER, protocol);
          words.push(answer.subarray(-2).toString('hex').toUpperCase());
        }
        console.log(words.join(' '));
      } finally {
        await disconnect(reader.SCARD_LEAVE_CARD);
      }
    } catch (error) {
      console.log(`refused ${CODE.exec(error.message)?.[1] ?? error.message}`);
    }
    await wait(PAUSE_MS);
  }
}
