import type { PhoneSlot, Words } from '@cardwright/cms';

/** What a phone shows of a profile. `{organization}` stands for the organisation's name. */
interface ProfileText {
  readonly name: Words;
  readonly description: Words;
}

export const IDENTIFICATION: ProfileText = {
  name: { en: 'Add this device', de: 'Dieses Gerät hinzufügen' },
  description: {
    en: '{organization} learns the model, the version of iOS, the serial number and the identifier of this device. Then confirm the device on your computer. After that it gets its certificates.',
    de: '{organization} erfährt Modell, iOS-Version, Seriennummer und Kennung dieses Geräts. Bestätigen Sie danach das Gerät am Computer. Dann erhält es seine Zertifikate.',
  },
};

export const ENROLMENT: ProfileText = {
  name: { en: 'Confirm this device', de: 'Dieses Gerät bestätigen' },
  description: {
    en: 'Compare model and serial number on your computer, and confirm the device there.',
    de: 'Vergleichen Sie Modell und Seriennummer am Computer, und bestätigen Sie das Gerät dort.',
  },
};

export const CONFIGURATION: ProfileText = {
  name: { en: '{organization}: certificates', de: '{organization}: Zertifikate' },
  description: {
    en: 'Your certificates of {organization} for this device. If you remove this profile, also delete the mobile device in the portal.',
    de: 'Ihre Zertifikate von {organization} für dieses Gerät. Wenn Sie dieses Profil entfernen, löschen Sie auch das Mobilgerät im Portal.',
  },
};

/** What a phone shows of a certificate before it has it. */
export const CERTIFICATE_NAMES: Readonly<Record<PhoneSlot, Words>> = {
  'phone-identity': { en: 'This device', de: 'Dieses Gerät' },
  'phone-authentication': { en: 'Sign in', de: 'Anmelden' },
  'phone-signature': { en: 'Sign e-mail', de: 'E-Mails signieren' },
  'phone-encryption': { en: 'Encrypt e-mail', de: 'E-Mails verschlüsseln' },
};

export const AUTHORITY_NAME: Words = { en: 'Certification authority', de: 'Zertifizierungsstelle' };
