/**
 * A program that wants to use a card on which someone else is logged in: `ride-card.mjs READER APDU...`, in hexadecimal.
 * Again and again it connects, shared, sends the APDUs and releases the card without resetting it. Each time it prints `connected` and the
 * status words, or the return code of PC/SC with which it was refused. It runs until it is ended.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { PcscProgram } from './pcsc-lite.mjs';

const [name, ...apdus] = process.argv.slice(2);
const PAUSE_MS = 10;

const program = await PcscProgram.start();
for (;;) {
  try {
    await program.connect(name, 'shared');
    console.log('connected');
    try {
      const words = [];
      for (const apdu of apdus) words.push((await program.transmit(apdu)).slice(-4));
      console.log(words.join(' '));
    } finally {
      await program.disconnect('leave');
    }
  } catch (error) {
    console.log(`refused ${error.message}`);
  }
  await wait(PAUSE_MS);
}
