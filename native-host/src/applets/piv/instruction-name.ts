import { INS_GET_RESPONSE } from '../../iso7816/exchange.js';
import { INS } from './instructions.js';
import { YUBICO_INS } from './yubico.js';

const names = new Map<number, string>(
  Object.entries({ GET_RESPONSE: INS_GET_RESPONSE, ...INS, ...YUBICO_INS }).map(([name, ins]) => [
    ins,
    name.replaceAll('_', ' '),
  ]),
);

/**
 * Returns the name of an instruction in its standard, such as `RESET RETRY COUNTER`. Returns `INS` and two hexadecimal digits for any other
 * instruction.
 */
export const nameOfInstruction = (ins: number): string =>
  names.get(ins) ?? `INS ${ins.toString(16).toUpperCase().padStart(2, '0')}`;
