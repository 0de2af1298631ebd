import { afterAll, describe, expect, it } from '@jest/globals';
import type { ApduRecord } from '@cardwright/virtual-card';
import { runCase } from './support/fault-case.js';
import { StartingPoints } from './support/starting-points.js';
import { SWEPT_OPERATIONS, type Subject } from './support/swept-operations.js';
import { everyOrOneIn } from '../support/thorough.js';

const GENERAL_AUTHENTICATE = 0x87;
const GET_DATA = 0xcb;
const ATTEST = 0xf9;
const MANAGEMENT_KEY = 0x9b;
const OK = 0x9000;
const MORE_DATA = 0x61;

/** Maximum number of APDUs that are tried of each kind; the sweep tries all. */
const MOST_MOMENTS = 2;

/** Kinds of answers. Each names a card, and the APDUs that such a card answers in this form. */
const KINDS = [
  ['a data object', 'yubikey', ({ ins, statusWord }) => ins === GET_DATA && statusWord === OK],
  [
    'the first part of a chain of 61xx',
    'yubikey-no-extended',
    ({ ins, statusWord = 0 }) => ins === GET_DATA && statusWord >> 8 === MORE_DATA,
  ],
  [
    'a witness of the management key',
    'yubikey',
    ({ ins, p2, statusWord }) => ins === GENERAL_AUTHENTICATE && p2 === MANAGEMENT_KEY && statusWord === OK,
  ],
  ['an attestation', 'yubikey', ({ ins, statusWord }) => ins === ATTEST && statusWord === OK],
  [
    'a signature',
    'piv',
    ({ ins, p2, statusWord }) => ins === GENERAL_AUTHENTICATE && p2 !== MANAGEMENT_KEY && statusWord === OK,
  ],
] as const satisfies readonly (readonly [string, Subject['profile'], (apdu: ApduRecord) => boolean])[];

const points = new StartingPoints();
afterAll(() => points.close());

/** The sweep garbles the answer to every APDU. These tests show that each kind of answer is among them. */
describe('a garbled answer', () => {
  it.each(everyOrOneIn(2, KINDS))(
    'costs at most one more session or one action when it is %s',
    async (_kind, profile, isOfKind) => {
      const subject = { operation: 'issue', profile } as const;
      const workplace = await (await points.of(subject)).open();
      await workplace.session(SWEPT_OPERATIONS.issue.kind);
      // Faults count APDUs from `device.open` on, so only those can be hit.
      const opened = workplace.card.history.findLastIndex(({ number }) => number === 1);
      const moments = workplace.card.history.slice(opened).filter(isOfKind).slice(0, MOST_MOMENTS);
      expect(moments).not.toEqual([]);
      const results = [];
      for (const { number } of moments)
        results.push(await runCase(points, { ...subject, faults: [{ fault: 'garble', apdu: number }] }));
      expect(results.filter(({ outcome }) => outcome === 'lost')).toEqual([]);
      expect(results.flatMap(({ unmet }) => unmet)).toEqual([]);
    },
  );
});
