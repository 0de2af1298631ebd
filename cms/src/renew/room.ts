import { randomBytes } from 'node:crypto';
import { decodeBytes, encodeBytes } from '@cardwright/protocol';
import { keyAlgorithm, slot, type KeyAlgorithm, type Slot } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { certificateIn } from '../card-secrets/certified-key.js';
import { authentication } from '../card-secrets/management-authentication.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import type { Certificate } from '../store/rows.js';
import { requirePolicy } from './renewable.js';
import { newKeys, PHASES, renewal, unreadIn } from './renewal-state.js';
import { authenticated, prepareAuthentication } from './write.js';

const room = defineSlice({
  name: 'room',
  schema: v.strictObject({
    /** Slots in which the card is asked for room, and the bytes by which the certificate may grow there. */
    asked: v.array(v.strictObject({ slot, bytes: v.number() })),
    /** Slots that have room. */
    found: v.array(slot),
  }),
  initial: { asked: [], found: [] },
  lasts: 'session',
});

/** Bytes of a SubjectPublicKeyInfo in DER. */
const KEY_BYTES: Readonly<Record<KeyAlgorithm, number>> = {
  'P-256': 91,
  'P-384': 120,
  'RSA-2048': 294,
  'RSA-3072': 422,
};
/** Bytes by which a certificate may be longer than another one for the same kind of key: by its serial number, its times and its signature. */
const MARGIN = 16;

/**
 * Step that finds out whether a card can hold the certificate of a longer key, before the old key is overwritten. The objects of some cards keep the
 * memory of their first content. The old certificate is written with random bytes behind it, which compress no better than a key, and then as it was.
 * A card without room refuses the first, which changes nothing. Cards that report a firmware are not asked, because their objects grow.
 *
 * If the card has too little room, the error is `DEVICE_FULL`.
 */
export const roomStep: Step = {
  name: 'renewal-room',
  phase: PHASES.keys,
  progress: 62,
  slices: [authentication, renewal, newKeys, room],
  needed: (context) => slotsToMeasure(context).length > 0,
  prepare: async (context) => {
    await prepareAuthentication(context);
    const asked = slotsToMeasure(context).map((name) => ({ slot: name, bytes: growthOf(context, name) + MARGIN }));
    context.keep(room, { asked });
  },
  calls: (context) => [
    ...authenticated(context),
    ...context.of(room).asked.flatMap((asked) => measured(context, asked.slot, asked.bytes)),
  ],
};

function slotsToMeasure(context: OperationContext): Slot[] {
  const { slots, done } = context.of(renewal);
  return context
    .of(newKeys)
    .overwritten.filter(
      (name) =>
        slots?.includes(name) === true &&
        !done.includes(name) &&
        !context.of(room).found.includes(name) &&
        unreadIn(context, name) === undefined &&
        growthOf(context, name) > 0,
    );
}

/** Returns the number of bytes by which the key of a slot grows; 0 if the card needs no question. */
function growthOf(context: OperationContext, name: Slot): number {
  const former = certificateIn(context, name);
  const wanted = requirePolicy(context).slots[name];
  if (context.info.firmware !== null || !former || !wanted || !v.is(keyAlgorithm, former.algorithm)) return 0;
  return KEY_BYTES[wanted] - KEY_BYTES[former.algorithm];
}

function measured(context: OperationContext, name: Slot, bytes: number): Call[] {
  const former = certificateIn(context, name);
  if (!former) throw new Error('a certificate is measured that is there');
  const found = (): void => context.keep(room, { found: [...context.of(room).found, name] });
  return [
    call('certificate.write', () => ({ slot: name, certificate: lengthened(former, bytes) })),
    call('certificate.write', { slot: name, certificate: former.der }, { read: found }),
  ];
}

const lengthened = ({ der }: Certificate, bytes: number): string =>
  encodeBytes(Buffer.concat([decodeBytes(der), randomBytes(bytes)]));
