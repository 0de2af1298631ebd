import { keyAlgorithm, slot } from '@cardwright/protocol';
import * as v from 'valibot';
import { authentication } from '../card-secrets/management-authentication.js';
import { isPukSpent, isUsed } from '../devices/card-facts.js';
import type { OperationContext } from '../operations/context.js';
import type { Phase } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import type { Device } from '../store/rows.js';

/** What an erasure keeps between its steps. Each session begins again: only the card can tell how far an earlier one came. */
export const erasing = defineSlice({
  name: 'erasing',
  schema: v.strictObject({
    /** `reset`: the card makes itself new; `overwrite`: it cannot, and all that the CMS put on it is written over. */
    way: v.picklist(['reset', 'overwrite']),
    /** Whether an earlier session has ordered it. */
    wasOrdered: v.boolean(),
    /** Slots whose keys are written over, with the algorithms of the new ones. */
    slots: v.array(v.strictObject({ slot, algorithm: keyAlgorithm })),
    /** Has its FIDO2 application reset too. */
    withFido: v.boolean(),
    isConfirmed: v.boolean(),
    /** Whether the host reported that the card was reset, or that keys and certificates are gone. */
    isErased: v.boolean(),
    /** What the erased card has to sign to show who it is, base64url; null where that is not expected of it. */
    challenge: v.nullable(v.string()),
    isShown: v.boolean(),
    /** The escrow whose PUK went out, to find out whether the card has it; null before that. */
    askedPuk: v.nullable(v.string()),
    /** Whether PIN and PUK are the factory's again. */
    arePinsBack: v.boolean(),
    isReadBack: v.boolean(),
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
    isReadBack: false,
  },
  lasts: 'session',
});

export const PHASES = {
  confirm: { name: 'confirm', words: { en: 'Waiting for your confirmation', de: 'Wartet auf Ihre Bestätigung' } },
  erase: { name: 'erase', words: { en: 'Erasing your device', de: 'Ihr Gerät wird gelöscht' } },
  readBack: {
    name: 'read-back',
    words: { en: 'Checking that everything is gone', de: 'Es wird geprüft, ob alles gelöscht ist' },
  },
} as const satisfies Record<string, Phase>;

/** Reasons of the states of a row: while its card is being erased, and once it was read back. */
export const BEING_ERASED = 'being erased';
export const GIVEN_BACK = 'given back';

/** Whether the erasure of its card was ordered, and is not over. */
export const isBeingErased = ({ state, stateReason }: Device): boolean =>
  stateReason === BEING_ERASED && (state === 'terminated' || state === 'available');

/**
 * Whether an earlier session has had the card reset: it was ordered, the card looks new, and has proved that it has its factory's
 * management key.
 */
export function wasReset(context: OperationContext): boolean {
  const { way, wasOrdered } = context.of(erasing);
  const looksNew = !isUsed(context.info) && !isPukSpent(context.info);
  return way === 'reset' && wasOrdered && looksNew && context.of(authentication).proved?.escrow === null;
}

/** Whether its user has agreed in this session to what is to be done in one of the ways. */
export function isToBe(context: OperationContext, way: 'reset' | 'overwrite'): boolean {
  const state = context.of(erasing);
  return state.way === way && state.isConfirmed;
}
