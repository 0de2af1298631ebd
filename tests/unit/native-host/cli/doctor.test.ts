import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { PcscBinding } from '@cardwright/native-host/in-process';
import { doctor } from '../../../../native-host/src/cli/doctor.js';
import { printable } from '../../../../native-host/src/cli/print.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { CARDS, goodDesk, serviceThat, type Desk } from '../checks/desk.js';

const HOSTILE = 'Reader \u007f\u009b31m\u202eA';

let desk: Desk;
beforeEach(() => {
  desk = goodDesk();
});
afterEach(() => desk.remove());

/** The service with a good card in a reader of this name. */
const serviceWith = (name: string): PcscBinding => ({
  open: (listener) =>
    serviceThat(CARDS.good).open({
      onReaders: () => listener.onReaders([name]),
      onStatus: (_reader, status) => listener.onStatus(name, status),
      onFailure: (error) => listener.onFailure(error),
    }),
});

it('prints JSON, whatever the name of a reader', async () => {
  const readers = new Readers(
    () => Promise.resolve(serviceWith(HOSTILE)),
    () => undefined,
  );
  const lines: string[] = [];
  const { system, programFolder } = desk;
  const options = {
    json: true,
    watch: false,
    system,
    programFolder,
    print: (line: string) => lines.push(printable(line)),
  };
  try {
    await doctor(new Inventory(readers, () => undefined), options);
  } finally {
    await readers.close();
  }
  const text = lines.join('\n');
  expect(text).toContain('\\u007f\\u009b31m\\u202eA');
  expect(JSON.stringify(JSON.parse(text))).toContain(HOSTILE);
});
