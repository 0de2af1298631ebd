import type { Language } from '@cardwright/cms';

/** What a link's page says. Between asterisks: a name that the phone shows. */
export interface LinkWords {
  readonly title: string;
  readonly intro: string;
  readonly download: string;
  readonly then: string;
  readonly steps: readonly string[];
  readonly stolenDeviceProtection: string;
  readonly unverified: string;
  readonly unsupportedTitle: string;
  readonly unsupported: readonly string[];
  readonly deadTitle: string;
  readonly dead: readonly string[];
}

const english: LinkWords = {
  title: 'Add this iPhone or iPad',
  intro: 'You will install a profile. It gets the certificates with which this device signs you in.',
  download: 'Download profile',
  then: 'What happens next',
  steps: [
    'Tap *Download profile*, then *Allow*.',
    'Open *Settings* within 8 minutes, and tap *Profile Downloaded*.',
    'Tap *Install* at the top, and follow the instructions.',
    'Go back to the page that showed you the code; it has to stay open. It shows the model and the serial number of this device: confirm them there. Until then, the device waits.',
  ],
  stolenDeviceProtection:
    'If Stolen Device Protection is on, and you are not in a familiar place, turn it off first in *Settings*.',
  unverified:
    'The profile is shown as *Unverified*. That is expected here: the device does not know yet who signed it. Install it only if you asked for it yourself.',
  unsupportedTitle: "This device can't be added",
  unsupported: [
    'You need an iPhone with iOS 18 or an iPad with iPadOS 18, or later.',
    'Is this one with an older system? In *Settings*, *General*, *Software Update*, update it, and scan the code again.',
    'Did you open the link on a computer? Scan the code with the camera of your iPhone or iPad.',
  ],
  deadTitle: 'This link is no longer valid',
  dead: [
    'A link is good for a few minutes, and for one device.',
    'On your computer, open *My Devices*, choose *Add Mobile*, and scan the new code.',
  ],
};

const german: LinkWords = {
  title: 'Dieses iPhone oder iPad hinzufügen',
  intro: 'Sie installieren ein Profil. Es holt die Zertifikate, mit denen dieses Gerät Sie anmeldet.',
  download: 'Profil laden',
  then: 'So geht es weiter',
  steps: [
    'Tippen Sie auf *Profil laden*, dann auf *Zulassen*.',
    'Öffnen Sie innerhalb von 8 Minuten die *Einstellungen*, und tippen Sie auf *Profil geladen*.',
    'Tippen Sie oben auf *Installieren*, und folgen Sie den Anweisungen.',
    'Gehen Sie zurück zu der Seite, die Ihnen den Code gezeigt hat; sie muss geöffnet bleiben. Dort stehen Modell und Seriennummer dieses Geräts: Bestätigen Sie sie dort. So lange wartet das Gerät.',
  ],
  stolenDeviceProtection:
    'Ist der Schutz für gestohlene Geräte eingeschaltet, und sind Sie nicht an einem vertrauten Ort, schalten Sie ihn vorher in den *Einstellungen* aus.',
  unverified:
    'Das Profil wird als *Nicht überprüft* angezeigt. Das ist hier zu erwarten: Das Gerät kennt noch nicht, wer es signiert hat. Installieren Sie es nur, wenn Sie es selbst angefordert haben.',
  unsupportedTitle: 'Dieses Gerät kann nicht hinzugefügt werden',
  unsupported: [
    'Sie brauchen ein iPhone mit iOS 18 oder ein iPad mit iPadOS 18, oder neuer.',
    'Ist das eines mit einem älteren System? Aktualisieren Sie es unter *Einstellungen*, *Allgemein*, *Softwareupdate*, und scannen Sie den Code noch einmal.',
    'Haben Sie den Link auf einem Computer geöffnet? Scannen Sie den Code mit der Kamera Ihres iPhones oder iPads.',
  ],
  deadTitle: 'Dieser Link ist nicht mehr gültig',
  dead: [
    'Ein Link gilt einige Minuten lang und für ein einziges Gerät.',
    'Öffnen Sie auf Ihrem Computer *Meine Geräte*, wählen Sie *Mobilgerät hinzufügen*, und scannen Sie den neuen Code.',
  ],
};

export const LINK_WORDS: Readonly<Record<Language, LinkWords>> = { en: english, de: german };
