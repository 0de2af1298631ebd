import { CardwrightError, type WireError } from '@cardwright/protocol';
import type { Language, Words } from './language.js';

/** Sentences for users in the `reason` of an answer or error, by code. */
const SENTENCES = {
  held: {
    en: 'Another program is using this device.',
    de: 'Ein anderes Programm benutzt dieses Gerät.',
  },
  unresponsive: {
    en: "This device isn't responding.",
    de: 'Dieses Gerät antwortet nicht.',
  },
  'no-application': {
    en: 'This device has no application that Cardwright knows.',
    de: 'Dieses Gerät hat keine Anwendung, die Cardwright kennt.',
  },
  'no-piv': {
    en: 'This device has no PIV application, which your organisation requires.',
    de: 'Dieses Gerät hat keine PIV-Anwendung; Ihre Organisation verlangt das.',
  },
  'passkeys-alone': {
    en: 'Your organisation sets up passkeys alone on devices of this kind, but this one has a PIV application too.',
    de: 'Ihre Organisation richtet auf Geräten dieser Art nur Passkeys ein; dieses hat aber auch eine PIV-Anwendung.',
  },
  'contact-needed': {
    en: 'This device can only be issued in a reader with contacts.',
    de: 'Dieses Gerät kann nur in einem Leser mit Kontakten ausgestellt werden.',
  },
  'model-not-issued': {
    en: "Your organisation doesn't issue devices of this kind.",
    de: 'Ihre Organisation stellt Geräte dieser Art nicht aus.',
  },
  'attestation-needed': {
    en: "This device can't prove where its keys were created, which your organisation requires.",
    de: 'Dieses Gerät kann nicht nachweisen, wo seine Schlüssel erzeugt wurden; Ihre Organisation verlangt das.',
  },
  'management-key-fixed': {
    en: "This device's management key can't be changed, which your organisation requires.",
    de: 'Der Verwaltungsschlüssel dieses Geräts lässt sich nicht ändern; Ihre Organisation verlangt das.',
  },
  'passkey-model-forbidden': {
    en: "Your organisation doesn't allow passkeys on devices of this model.",
    de: 'Ihre Organisation erlaubt auf Geräten dieses Modells keine Passkeys.',
  },
  'passkey-attestation-forbidden': {
    en: "This device can't prove its origin to the passkey service, which your organisation requires.",
    de: 'Dieses Gerät kann dem Passkey-Dienst seine Herkunft nicht nachweisen; Ihre Organisation verlangt das.',
  },
  'passkey-way-missing': {
    en: "A passkey can't be created on this device at this computer in a way that your organisation allows.",
    de: 'Auf diesem Gerät lässt sich an diesem Computer auf keine Art, die Ihre Organisation erlaubt, ein Passkey anlegen.',
  },
  'passkey-service-unknown': {
    en: "This portal isn't connected to the service for which the device is to get a passkey. Contact your help desk.",
    de: 'Dieses Portal ist nicht mit dem Dienst verbunden, für den das Gerät einen Passkey bekommen soll. Wenden Sie sich an Ihren Helpdesk.',
  },
  'issued-to-you': {
    en: 'This device is already issued to you.',
    de: 'Dieses Gerät ist bereits für Sie ausgestellt.',
  },
  'issued-to-another': {
    en: 'This device belongs to someone else.',
    de: 'Dieses Gerät gehört jemand anderem.',
  },
  suspended: {
    en: 'This device is suspended. Ask an operator to resume it.',
    de: 'Dieses Gerät ist ausgesetzt. Bitten Sie einen Operator, es wieder freizugeben.',
  },
  pending: {
    en: 'This device is waiting for operator activation.',
    de: 'Dieses Gerät wartet auf die Aktivierung durch einen Operator.',
  },
  'awaiting-approval': {
    en: 'This device is waiting for operator approval.',
    de: 'Dieses Gerät wartet auf die Genehmigung durch einen Operator.',
  },
  declined: {
    en: 'An operator declined this device. Ask an operator for another try.',
    de: 'Ein Operator hat dieses Gerät abgelehnt. Bitten Sie einen Operator um einen neuen Versuch.',
  },
  terminated: {
    en: 'This device was terminated. An operator can release it for another setup.',
    de: 'Dieses Gerät wurde stillgelegt. Ein Operator kann es zur erneuten Ausstellung freigeben.',
  },
  'not-issued': {
    en: 'This device was not issued.',
    de: 'Dieses Gerät wurde nicht ausgestellt.',
  },
  'state-refuses': {
    en: "The device's state doesn't allow this.",
    de: 'Der Zustand des Geräts erlaubt das nicht.',
  },
  'no-login-certificate': {
    en: 'This device has no valid certificate for logging in, so it cannot show that you are here.',
    de: 'Dieses Gerät hat kein gültiges Zertifikat für die Anmeldung und kann darum nicht zeigen, dass Sie da sind.',
  },
  'puk-spent': {
    en: "This device can't get a new PIN any more: too many wrong PUKs were given to it. It can only be erased and issued again.",
    de: 'Dieses Gerät kann keine neue PIN mehr bekommen: Ihm wurden zu viele falsche PUKs gegeben. Es lässt sich nur löschen und neu ausstellen.',
  },
  'pin-blocked': {
    en: 'The PIN of this device is blocked.',
    de: 'Die PIN dieses Geräts ist blockiert.',
  },
  'broken-off': {
    en: 'Setup was interrupted.',
    de: 'Die Einrichtung wurde unterbrochen.',
  },
  'being-issued': {
    en: 'This device is already being set up.',
    de: 'Dieses Gerät wird gerade schon eingerichtet.',
  },
  'locked-for-good': {
    en: "This device is locked (PIN and PUK are blocked), and it can't be erased.",
    de: 'Dieses Gerät ist gesperrt (PIN und PUK sind blockiert) und lässt sich nicht löschen.',
  },
  'locked-erasing-refused': {
    en: "This device is locked (PIN and PUK are blocked), and your organisation doesn't allow erasing it.",
    de: 'Dieses Gerät ist gesperrt (PIN und PUK sind blockiert); Ihre Organisation erlaubt nicht, es zu löschen.',
  },
  'puk-spent-for-good': {
    en: "The PUK of this device can no longer be used, and it can't be erased.",
    de: 'Die PUK dieses Geräts lässt sich nicht mehr verwenden, und das Gerät lässt sich nicht löschen.',
  },
  'puk-spent-erasing-refused': {
    en: "The PUK of this device can no longer be used, and your organisation doesn't allow erasing it.",
    de: 'Die PUK dieses Geräts lässt sich nicht mehr verwenden; Ihre Organisation erlaubt nicht, das Gerät zu löschen.',
  },
  'used-for-good': {
    en: "This device was used before, and it can't be erased.",
    de: 'Dieses Gerät wurde schon benutzt und lässt sich nicht löschen.',
  },
  'used-erasing-refused': {
    en: "This device was used before, and your organisation doesn't allow erasing it.",
    de: 'Dieses Gerät wurde schon benutzt; Ihre Organisation erlaubt nicht, es zu löschen.',
  },

  'attestation-missing': {
    en: 'There is no attestation.',
    de: 'Es gibt keinen Nachweis.',
  },
  'attestation-unreadable': {
    en: 'The attestation cannot be read.',
    de: 'Der Nachweis ist nicht lesbar.',
  },
  'attestation-unsigned': {
    en: 'The attestation is not signed by the attestation key.',
    de: 'Der Nachweis ist nicht mit dem Nachweisschlüssel signiert.',
  },
  'attestation-root-unknown': {
    en: 'The attestation does not lead to a trusted root.',
    de: 'Der Nachweis führt zu keinem vertrauenswürdigen Stammzertifikat.',
  },
  'attested-serial-missing': {
    en: 'The attestation names no serial number, so the key could be in another device of the same batch.',
    de: 'Der Nachweis nennt keine Seriennummer; der Schlüssel könnte also in einem anderen Gerät derselben Charge liegen.',
  },
  'attested-key-differs': {
    en: 'The attested key is another one.',
    de: 'Der nachgewiesene Schlüssel ist ein anderer.',
  },
  'attested-serial-differs': {
    en: 'The attested serial number is another one.',
    de: 'Die nachgewiesene Seriennummer ist eine andere.',
  },
  'attested-vendor-differs': {
    en: 'The attested vendor is another one.',
    de: 'Der nachgewiesene Hersteller ist ein anderer.',
  },
  'attested-firmware-differs': {
    en: 'The attested firmware is another one.',
    de: 'Die nachgewiesene Firmware ist eine andere.',
  },
  'attested-slot-differs': {
    en: 'The attested key is in another slot.',
    de: 'Der nachgewiesene Schlüssel liegt in einem anderen Slot.',
  },
  'firmware-missing': {
    en: 'The attestation does not name the firmware.',
    de: 'Der Nachweis nennt die Firmware nicht.',
  },
  'firmware-weak': {
    en: 'The firmware of this device creates weak keys (ROCA).',
    de: 'Die Firmware dieses Geräts erzeugt schwache Schlüssel (ROCA).',
  },
  'pin-policy-differs': {
    en: 'The PIN policy of the key is not the one requested.',
    de: 'Die PIN-Regel des Schlüssels ist nicht die bestellte.',
  },
  'touch-policy-differs': {
    en: 'The touch policy of the key is not the one requested.',
    de: 'Die Berührungsregel des Schlüssels ist nicht die bestellte.',
  },
  'algorithm-differs': {
    en: 'The key has a different algorithm from the one requested.',
    de: 'Der Schlüssel hat ein anderes Verfahren, als bestellt war.',
  },
  'key-weak': {
    en: 'The key is weak: its private half could be found by others.',
    de: 'Der Schlüssel ist schwach: Andere könnten seinen privaten Teil finden.',
  },
  'public-key-unreadable': {
    en: 'The public key cannot be read.',
    de: 'Der öffentliche Schlüssel ist nicht lesbar.',
  },
  'proof-unsigned': {
    en: 'The device did not sign the challenge of this portal.',
    de: 'Das Gerät hat die Frage dieses Portals nicht unterschrieben.',
  },
  'key-of-another-device': {
    en: 'A certificate was issued for this key on another device.',
    de: 'Für diesen Schlüssel wurde ein Zertifikat auf einem anderen Gerät ausgestellt.',
  },
  'request-unreadable': {
    en: 'The certification request cannot be read.',
    de: 'Der Zertifikatsantrag ist nicht lesbar.',
  },
  'request-for-another-key': {
    en: 'The certification request is for another key.',
    de: 'Der Zertifikatsantrag gilt einem anderen Schlüssel.',
  },
  'request-by-another-key': {
    en: "The signature is not by the key of this device's certificate.",
    de: 'Die Signatur ist nicht vom Schlüssel des Zertifikats dieses Geräts.',
  },
  'request-not-fresh': {
    en: 'The certification request does not answer the challenge of this portal.',
    de: 'Der Zertifikatsantrag beantwortet nicht die Frage dieses Portals.',
  },
  'request-unsigned': {
    en: 'The certification request is not signed with its key.',
    de: 'Der Zertifikatsantrag ist nicht mit seinem Schlüssel signiert.',
  },
  'request-hash': {
    en: 'The certification request is signed with a hash that is not of the SHA-2 family.',
    de: 'Der Zertifikatsantrag ist mit einem Hash signiert, der nicht zu SHA-2 gehört.',
  },
  'not-erased': {
    en: "The device wasn't erased completely.",
    de: 'Das Gerät wurde nicht vollständig gelöscht.',
  },
  'another-device': {
    en: 'A different device was erased from the one chosen.',
    de: 'Es wurde ein anderes Gerät gelöscht als das gewählte.',
  },
} as const satisfies Record<string, Words>;

/** Reasons with a number. */
const COUNTED = {
  /** Number of devices that a user may have. */
  'device-limit': {
    en: (limit) => `You've reached your limit of ${limit === 1 ? 'one device' : `${limit} devices`}.`,
    de: (limit) => `Sie haben Ihre Höchstzahl von ${limit === 1 ? 'einem Gerät' : `${limit} Geräten`} erreicht.`,
  },
  /** Number of slots with a certificate. */
  'erase-used': {
    en: (slots) => `It was used before. Erasing removes ${lossInEnglish(slots)}.`,
    de: (slots) => `Es wurde schon benutzt. Beim Löschen ${lossInGerman(slots)} verloren.`,
  },
  'erase-puk-spent': {
    en: (slots) => `Its PUK can no longer be used. Erasing removes ${lossInEnglish(slots)}.`,
    de: (slots) => `Seine PUK lässt sich nicht mehr verwenden. Beim Löschen ${lossInGerman(slots)} verloren.`,
  },
  'erase-locked': {
    en: (slots) => `It is locked (PIN and PUK are blocked). Erasing removes ${lossInEnglish(slots)}.`,
    de: (slots) => `Es ist gesperrt (PIN und PUK sind blockiert). Beim Löschen ${lossInGerman(slots)} verloren.`,
  },
} as const satisfies Record<string, Readonly<Record<Language, (count: number) => string>>>;

const lossInEnglish = (slots: number): string =>
  slots === 0
    ? 'its keys and its PIN for good'
    : `its certificates (in ${slots === 1 ? 'one slot' : `${slots} slots`}), its keys and its PIN for good`;

const lossInGerman = (slots: number): string =>
  slots === 0
    ? 'gehen seine Schlüssel und seine PIN endgültig'
    : `gehen seine Zertifikate (in ${slots === 1 ? 'einem Slot' : `${slots} Slots`}), Schlüssel und PIN endgültig`;

/** A reason without parameters. The CMS's own errors carry it in this form. */
export type ReasonCode = keyof typeof SENTENCES;

/** A reason before it is put into words. An operation may bring its own words for a reason that only it knows. */
export type Reason =
  | { readonly code: ReasonCode }
  | { readonly code: keyof typeof COUNTED; readonly count: number }
  | { readonly words: Words };

/** A reason as a sentence for the user. */
export function sentenceOf(reason: Reason, language: Language): string {
  if ('words' in reason) return reason.words[language];
  return 'count' in reason ? COUNTED[reason.code][language](reason.count) : SENTENCES[reason.code][language];
}

/** Ends an operation for a reason of its own, in its own words: `OPERATION_FAILED` on the wire. */
export class OperationFailure extends CardwrightError<'OPERATION_FAILED'> {
  constructor(readonly words: Words) {
    super('OPERATION_FAILED', { reason: words.en });
  }
}

/** Makes an error for the wire. A reason code becomes a sentence; an authority's own words stay as they are. */
export function wireErrorIn(language: Language, error: CardwrightError): WireError {
  const wire = error.toWire();
  const { details } = wire.data;
  if (error.code === 'CA_REFUSED' || !details) return wire;
  const sentence =
    error instanceof OperationFailure
      ? error.words[language]
      : isReasonCode(details.reason)
        ? SENTENCES[details.reason][language]
        : undefined;
  if (sentence === undefined) return wire;
  return { ...wire, data: { ...wire.data, details: { ...details, reason: sentence } } };
}

const isReasonCode = (value: unknown): value is ReasonCode =>
  typeof value === 'string' && Object.hasOwn(SENTENCES, value);
