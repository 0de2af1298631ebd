import { expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { sentenceOf, wireErrorIn } from '@cardwright/cms/operations';

const reasonOf = (language: 'en' | 'de', reason: string) =>
  wireErrorIn(language, new CardwrightError('ATTESTATION_CONTRADICTS', { reason })).data.details?.reason;

it('words the reason of an error in the language of its reader', () => {
  expect(reasonOf('en', 'firmware-weak')).toBe('The firmware of this device creates weak keys (ROCA).');
  expect(reasonOf('de', 'firmware-weak')).toBe('Die Firmware dieses Geräts erzeugt schwache Schlüssel (ROCA).');
});

it('leaves the words of others and other errors unchanged', () => {
  expect(reasonOf('de', 'The profile does not allow this subject.')).toBe('The profile does not allow this subject.');
  expect(reasonOf('de', 'constructor')).toBe('constructor');
  const limit = new CardwrightError('DEVICE_LIMIT', { limit: 3 });
  expect(wireErrorIn('de', limit)).toEqual(limit.toWire());
  expect(wireErrorIn('de', new CardwrightError('CA_UNAVAILABLE'))).toEqual(
    new CardwrightError('CA_UNAVAILABLE').toWire(),
  );
});

it.each(['pending', 'suspended', 'terminated'])(
  'does not mistake a word of an authority (%s) for a reason of the portal',
  (reason) => {
    const refused = new CardwrightError('CA_REFUSED', { reason });
    expect(wireErrorIn('de', refused)).toEqual(refused.toWire());
  },
);

it('uses singular and plural', () => {
  expect(sentenceOf({ code: 'device-limit', count: 1 }, 'en')).toBe(
    'You can have one device. To add another, ask your help desk to terminate it.',
  );
  expect(sentenceOf({ code: 'device-limit', count: 3 }, 'de')).toBe(
    'Sie können 3 Geräte haben. Um ein weiteres hinzuzufügen, lassen Sie eines davon von Ihrem Helpdesk stilllegen.',
  );
  expect(sentenceOf({ code: 'erase-used', count: 1 }, 'de')).toBe(
    'Es wurde schon benutzt. Beim Löschen gehen seine Zertifikate (in einem Slot), Schlüssel und PIN endgültig verloren.',
  );
});
