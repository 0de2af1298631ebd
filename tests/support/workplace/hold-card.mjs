/**
 * Takes the card of a reader as soon as it is free, says `holding`, and keeps it until this process is ended: another
 * program at the user's computer. It says `waiting` once when someone else still has the card. Arguments: the reader's name, and `exclusive` or `shared`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { PcscProgram, SHARING_VIOLATION } from './pcsc-lite.mjs';

const [name, mode] = process.argv.slice(2);
const PAUSE_MS = 1;
const FOR_EVER_MS = 2 ** 31 - 1;

const program = await PcscProgram.start();
let isWaiting = false;
for (;;) {
  try {
    await program.connect(name, mode);
    break;
  } catch (error) {
    if (error.message !== SHARING_VIOLATION) throw error;
    if (!isWaiting) console.log('waiting');
    isWaiting = true;
  }
  await wait(PAUSE_MS);
}
console.log('holding');
setTimeout(() => undefined, FOR_EVER_MS);
