import type { words as english } from '../en/portal-server.js';
import type { Partly } from '../partly.js';

export const words: Partly<typeof english> = {
  titles: {
    login: 'Anmelden',
    'set-password': 'Passwort festlegen',
    password: 'Passwort ändern',
    'my-devices': 'Meine Geräte',
    account: 'Mein Konto',
    operator: 'Operator',
    'operator-device': 'Gerät',
    'operator-person': 'Person',
  },
  link: {
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
    safariTitle: 'Öffnen Sie diese Seite in Safari',
    safari: 'Auf einem iPhone oder iPad werden Profile aus Safari installiert. Der Link ist noch gültig.',
    safariSteps: [
      'Tippen Sie auf die Adresse dieser Seite, und kopieren Sie sie vollständig.',
      'Öffnen Sie *Safari*, setzen Sie die Adresse in das Adressfeld ein, und öffnen Sie sie.',
    ],
    safariSecret:
      'Setzen Sie die Adresse nur in Safari auf diesem Gerät ein. Wer sie hat, könnte an seiner Stelle ein anderes Gerät hinzufügen.',
    unsupportedTitle: 'Dieses Gerät kann nicht hinzugefügt werden',
    unsupported: [
      'Sie brauchen ein iPhone mit iOS 18 oder ein iPad mit iPadOS 18, oder neuer.',
      'Ist das eines mit einem älteren System? Aktualisieren Sie es unter *Einstellungen*, *Allgemein*, *Softwareupdate*, und scannen Sie den Code noch einmal.',
      'Haben Sie den Link auf einem Computer geöffnet? Scannen Sie den Code mit der Kamera Ihres iPhones oder iPads.',
    ],
    deadTitle: 'Dieser Link ist nicht mehr gültig',
    dead: [
      'Ein Link gilt einige Minuten lang und für einen einzigen Browser auf einem Gerät.',
      'Öffnen Sie auf Ihrem Computer *Meine Geräte*, wählen Sie *Mobilgerät hinzufügen*, und holen Sie einen neuen Code. Öffnen Sie dessen Link in Safari.',
    ],
  },
  icon: {
    label: 'Abschließen',
    finishTitle: 'Noch ein Schritt',
    finish: [
      'Das Profil ist auf diesem Gerät installiert. Tippen Sie auf die Schaltfläche, damit das Portal es weiß und die Zertifikate gelten.',
    ],
    button: 'Einrichtung abschließen',
    finishedTitle: 'Dieses Gerät ist bereit',
    finished: [
      'Sie können seine Zertifikate jetzt verwenden. Sie brauchen dieses Symbol nicht mehr und können es vom Home-Bildschirm entfernen.',
    ],
    deadTitle: 'Dieses Gerät wird hier nicht verwendet',
    dead: [
      'Es wurde gelöscht oder vorübergehend gesperrt, oder ihm fehlt noch ein Zertifikat.',
      'Öffnen Sie auf Ihrem Computer *Meine Geräte*. Dort steht, was zu tun ist.',
    ],
  },
  profiles: {
    identification: {
      name: 'Dieses Gerät hinzufügen',
      description:
        '{organization} erfährt Modell, iOS-Version, Seriennummer und Kennung dieses Geräts. Bestätigen Sie danach das Gerät am Computer. Dann erhält es seine Zertifikate.',
    },
    enrolment: {
      name: 'Dieses Gerät bestätigen',
      description: 'Vergleichen Sie Modell und Seriennummer am Computer, und bestätigen Sie das Gerät dort.',
    },
    configuration: {
      name: '{organization}: Zertifikate',
      description:
        'Ihre Zertifikate von {organization} für dieses Gerät. Wenn Sie dieses Profil entfernen, löschen Sie auch das Mobilgerät im Portal.',
    },
  },
  phoneCertificates: {
    'phone-identity': 'Dieses Gerät',
    'phone-authentication': 'Anmelden',
    'phone-signature': 'E-Mails signieren',
    'phone-encryption': 'E-Mails verschlüsseln',
  },
  certificationAuthority: 'Zertifizierungsstelle',
  thisPortal: 'dieses Portal',
};
