import { keyAlgorithm, slot } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { authentication } from '../card-secrets/management-authentication.js';
import type { OperationContext } from '../operations/context.js';
import type { Phase } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import { isPukSpent, isUsed } from '../rules/card-facts.js';
import type { Device } from '../store/rows.js';
import { ownWords } from '../words/language.js';

/** State that an erasure keeps between its steps. Each session starts over: only the card shows how far an earlier session came. */
export const erasing = defineSlice({
  name: 'erasing',
  schema: v.strictObject({
    /**
     * Way of the erasure. `reset`: the card resets itself. `overwrite`: the card cannot reset itself, so everything that the CMS put on it is
     * overwritten.
     */
    way: v.picklist(['reset', 'overwrite']),
    /** True if an earlier session has ordered the erasure. */
    wasOrdered: v.boolean(),
    /** Slots whose keys are overwritten, with the algorithms of the new keys. */
    slots: v.array(v.strictObject({ slot, algorithm: keyAlgorithm })),
    /** True if the FIDO2 application is reset too. */
    withFido: v.boolean(),
    isConfirmed: v.boolean(),
    /** True if the host reported that the card was reset, or that its keys, certificates and CCC were overwritten or deleted. */
    isErased: v.boolean(),
    /** Challenge that the erased card has to sign to prove its identity, base64url; null before the step is sent. */
    challenge: v.nullable(v.string()),
    isShown: v.boolean(),
    /** Id of the escrow whose PUK was sent to find out whether the card has that PUK; null before a PUK was sent. */
    askedPuk: v.nullable(v.string()),
    /** True if the card has its factory PIN and PUK again. */
    arePinsBack: v.boolean(),
    /** Number of times that the card has refused its factory PIN in this session. */
    refusedPins: v.number(),
    /**
     * State of another PIN, which the card gets before its factory PIN because it has refused that one: `none`, `due`, or `prepared` once the CMS has
     * the PIN in escrow.
     */
    otherPin: v.picklist(['none', 'due', 'prepared']),
    isReadBack: v.boolean(),
    /**
     * True if the card need not show that it is the one whose secrets the CMS keeps. Nothing is then dropped or learned of those secrets, because
     * another card may have the same GUID.
     */
    mayBeAnother: v.boolean(),
    /** PUKs that the card has refused in this session, if it may be another card. */
    refusedPuks: v.array(
      v.strictObject({
        puk: v.picklist(['factory', 'previous', 'own']),
        refused: v.boolean(),
        retriesLeft: v.nullable(v.number()),
      }),
    ),
  }),
  initial: {
    way: 'reset',
    wasOrdered: false,
    slots: [],
    withFido: false,
    isConfirmed: false,
    isErased: false,
    challenge: null,
    isShown: false,
    askedPuk: null,
    arePinsBack: false,
    refusedPins: 0,
    otherPin: 'none',
    isReadBack: false,
    mayBeAnother: false,
    refusedPuks: [],
  },
  lasts: 'session',
});

export const PHASES = {
  confirm: { name: 'confirm', words: ownWords(({ phases }) => phases.confirmErasure) },
  erase: { name: 'erase', words: ownWords(({ phases }) => phases.erase) },
  readBack: {
    name: 'read-back',
    words: ownWords(({ phases }) => phases.checkErased),
  },
} as const satisfies Record<string, Phase>;

/** State reasons of a row: while its card is being erased, and after its owner has given the card back. */
export const BEING_ERASED = 'being erased';
export const GIVEN_BACK = 'given back';

/** True if the erasure of the device's card was ordered and is not complete. */
export const isBeingErased = ({ state, stateReason }: Device): boolean =>
  stateReason === BEING_ERASED && (state === 'terminated' || state === 'available');

/** True if an earlier session has reset the card: the reset was ordered, the card looks new, and it has proved its factory management key. */
export function wasReset(context: OperationContext): boolean {
  const { way, wasOrdered } = context.of(erasing);
  const looksNew = !isUsed(context.info) && !isPukSpent(context.info);
  return way === 'reset' && wasOrdered && looksNew && context.of(authentication).proved?.escrow === null;
}

/** True if the user has agreed in this session to an erasure in this way. */
export function isToBe(context: OperationContext, way: 'reset' | 'overwrite'): boolean {
  const state = context.of(erasing);
  return state.way === way && state.isConfirmed;
}
