import type { CardState, ReferenceData } from '@cardwright/virtual-card';

/** Copies a card's memory, so that later changes affect only one of the two. */
export function copyOf(state: CardState): CardState {
  const reference = (from: ReferenceData): ReferenceData => ({ ...from, value: Buffer.from(from.value) });
  return {
    ...state,
    // A shallow copy suffices: its lists and values are replaced, never changed in place.
    fido: state.fido && { ...state.fido },
    pin: reference(state.pin),
    puk: reference(state.puk),
    managementKey: { ...state.managementKey, key: Buffer.from(state.managementKey.key) },
    keys: new Map(state.keys),
    objects: new Map(state.objects),
    // The history is replaced, never changed in place.
    objectMemory: state.objectMemory && new Map(state.objectMemory),
  };
}
