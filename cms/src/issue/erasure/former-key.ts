import { keyAlgorithm } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { PROOF_SLOT } from '../../card-secrets/vendor-proof.js';
import { erasing, PHASES } from '../../erase/erase-state.js';
import { keyOfNobody, readGone } from '../../erase/overwrite.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Step } from '../../operations/definition.js';
import { defineSlice } from '../../operations/slice.js';

/**
 * State of the overwriting of the key in slot 9E, with which a card proves that it is the released card. The key is overwritten last, after
 * everything else was read back and the certificate in 9E is gone. If the operation is interrupted earlier, the card can prove the key again.
 * After the last step, the card has no certificate, and nothing left to prove.
 */
export const formerKey = defineSlice({
  name: 'formerKey',
  schema: v.strictObject({
    /** Algorithm of the new key. */
    algorithm: v.nullable(keyAlgorithm),
    isCertificateGone: v.boolean(),
  }),
  initial: { algorithm: null, isCertificateGone: false },
  lasts: 'session',
});

const isDue = (context: OperationContext, isCertificateGone: boolean): boolean =>
  context.of(erasing).isReadBack && context.of(formerKey).isCertificateGone === isCertificateGone;

/** Step that deletes the certificate in 9E, and reads back that it is gone. */
export const noCertificateStep: Step = {
  name: 'no-certificate',
  phase: PHASES.readBack,
  progress: 95,
  slices: [erasing, formerKey],
  needed: (context) => isDue(context, false),
  calls: (context) => [
    call('certificate.delete', { slot: PROOF_SLOT }),
    readGone(PROOF_SLOT, () => context.keep(formerKey, { isCertificateGone: true })),
  ],
};

/**
 * Makes the step that overwrites the key in 9E.
 *
 * @param done called after the key is overwritten
 */
export const lastKeyStep = (done: (context: OperationContext) => Promise<void>): Step => ({
  name: 'last-key',
  phase: PHASES.readBack,
  progress: 98,
  slices: [erasing, formerKey],
  needed: (context) => isDue(context, true),
  calls: (context) => {
    const { algorithm } = context.of(formerKey);
    if (algorithm === null) throw new Error('a key takes the place of the former one');
    return [keyOfNobody({ slot: PROOF_SLOT, algorithm }, () => done(context))];
  },
});
