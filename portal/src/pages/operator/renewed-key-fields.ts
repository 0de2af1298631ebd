import { SLOTS, type Slot } from '@cardwright/protocol/devices';
import type { TemplateResult } from 'lit';
import type { DevicePolicy } from '../api.js';
import { choice, textOf } from './form-fields.js';
import { operatorText } from '../operator-text.js';

const { policies: texts } = operatorText;

/** Treatments of the key of a slot in a renewal, each with its words. The old key of 9D can be worth keeping. */
const renewedKeyOptions = (slot: Slot): Readonly<Record<string, string>> => {
  const { renewedKeys, newKeyAndOld, newKeyWithoutOld } = texts.certificates;
  if (slot !== '9D') return renewedKeys;
  return { ...renewedKeys, 'new-key': newKeyAndOld, 'new-key-without-old': newKeyWithoutOld };
};

/** Renders the choice of what a renewal does with the key of a slot. */
export const renewedKeyField = (slot: Slot, { renewedKeys }: DevicePolicy): TemplateResult =>
  choice(
    `renewed${slot}`,
    texts.certificates.renewedKey(slot),
    renewedKeys[slot] ?? 'same-key',
    renewedKeyOptions(slot),
  );

/** Reads what a renewal does with the keys. A slot that keeps its key needs no entry. */
export function readRenewedKeys(entered: FormData): DevicePolicy['renewedKeys'] {
  const renewedKeys: DevicePolicy['renewedKeys'] = {};
  for (const slot of SLOTS) {
    const chosen = textOf(entered, `renewed${slot}`);
    if (chosen === 'new-key') renewedKeys[slot] = chosen;
    else if (slot === '9D' && chosen === 'new-key-without-old') renewedKeys[slot] = chosen;
  }
  return renewedKeys;
}
