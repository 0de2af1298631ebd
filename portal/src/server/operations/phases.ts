import type { OperationPhase } from '@cardwright/protocol';
import type { Language } from '../language.js';

/** What the portal says to a user of each part of an operation. */
const TEXTS = {
  authenticate: { en: 'Opening your device', de: 'Ihr Gerät wird geöffnet' },
  personalize: { en: 'Preparing your device for you', de: 'Ihr Gerät wird für Sie vorbereitet' },
  keys: { en: 'Making your keys on the device', de: 'Ihre Schlüssel werden auf dem Gerät erzeugt' },
  certificates: { en: 'Writing your certificates', de: 'Ihre Zertifikate werden geschrieben' },
  pin: { en: 'Waiting for your new PIN', de: 'Wartet auf Ihre neue PIN' },
  finished: { en: 'Finished', de: 'Abgeschlossen' },
} as const satisfies Record<string, Readonly<Record<Language, string>>>;

export type Phase = keyof typeof TEXTS;

const isPhase = (name: string): name is Phase => Object.hasOwn(TEXTS, name);

/** A phase by its stored name, with its words for the user. */
export function phaseIn(language: Language, name: string): OperationPhase {
  if (!isPhase(name)) throw new Error(`unknown phase of an operation: ${name}`);
  return { name, text: TEXTS[name][language] };
}
