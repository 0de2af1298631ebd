import type { words as english } from '../en/policies.js';
import type { Partly } from '../partly.js';

export const words: Partly<typeof english> = {
  fileTitle: 'Cardwright',
  fileDescription: 'Einstellungen der Browsererweiterung Cardwright',
  category: 'Cardwright',
  supportedOn: (browser, oldest) => `${browser} ${oldest} oder neuer`,
  example: 'Beispiel:',
  namedList: 'Der Name ist die Website, der Wert ist JSON wie im Beispiel.',
  json: 'Geben Sie JSON wie im Beispiel ein, auf einer Zeile oder mehreren.',
  settings: {
    inspectorPanel: {
      title: 'Ob die Entwicklerwerkzeuge den Protokollinspektor haben',
      description:
        'Aktiviert fügt dessen Bereich hinzu, deaktiviert verbietet ihn; ohne diese Einstellung entscheidet der Benutzer.',
    },
    allowedSites: {
      title: 'Websites, die die Geräte ohne Rückfrage beim Benutzer verwenden dürfen',
      description: 'Ursprung der Website und die Arten von Befehlen, die ihr erlaubt sind: read, use, manage.',
    },
    blockedSites: {
      title: 'Websites, die das nicht dürfen',
      description: 'Ursprünge; * sperrt jede Website, die in allowedSites nicht genannt ist.',
    },
    siteKeys: {
      title: 'Schlüssel der Credential-Management-Systeme von Websites',
      description:
        'Ursprung der Website und ihr JWK-Set; ohne diese Einstellung wird /.well-known/cardwright der Website gelesen.',
    },
    foreignRelyingParties: {
      title: 'Andere Dienste, für die eine Website Passkeys registrieren lassen darf',
      description:
        'Ursprung der Website und für jeden Dienst dessen Ursprung, etwa https://login.microsoft.com, und wahlweise der Pfad, unter dem dort ein Fenster geöffnet wird. Ohne Eintrag lässt eine Website nur für sich selbst Passkeys registrieren.',
    },
    'foreignRelyingParties.origin': { title: 'Ursprung des Dienstes; sein Domainname ist die RP-ID' },
    'foreignRelyingParties.path': { title: 'Pfad einer Seite dort, die nicht weiterleitet; ohne Angabe /' },
    support: {
      title: 'Helpdesk, den die Erweiterung bei Fehlern nennt',
      description: 'Was ungültig ist, entfällt: Adressen sind https.',
    },
    'support.name': { title: 'Name, etwa IT-Helpdesk' },
    'support.phone': { title: 'Telefonnummer' },
    'support.email': { title: 'E-Mail-Adresse' },
    'support.url': { title: 'Seite des Helpdesks' },
    'support.extension': { title: 'Wo Benutzer die Erweiterung bekommen' },
    'support.windows': { title: 'Wo Benutzer Cardwright für Windows bekommen' },
    'support.macos': { title: 'Wo Benutzer Cardwright für macOS bekommen' },
    'support.linux': { title: 'Wo Benutzer Cardwright für Linux bekommen' },
    allowedDevices: {
      title: 'Modelle von Geräten, die verwendet werden dürfen',
      description:
        'Modelle, wie Geräterichtlinien sie nennen: yubikey, compatible, piv, fido2. Ohne diese Einstellung alle; ein Gerät eines anderen Modells wird angezeigt und lässt sich nicht öffnen.',
    },
    pinRules: {
      title: 'Regeln für neue PINs, zusätzlich zu denen von Website und Gerät',
      description:
        'Die strengere Regel gilt. Sie betreffen PINs, die ein Benutzer in den Fenstern der Erweiterung wählt.',
    },
    'pinRules.minLength': { title: 'Mindestlänge einer PIV-PIN, 4 bis 8 Zeichen' },
    'pinRules.fidoMinLength': { title: 'Mindestlänge einer FIDO-PIN, 4 bis 63 Zeichen' },
    'pinRules.digitsOnly': { title: 'Ob eine PIV-PIN nur aus Ziffern bestehen darf' },
    'pinRules.forbidTrivial': {
      title: 'Ob ein einziges wiederholtes Zeichen und Reihen wie 123456 abgelehnt werden',
    },
    minimumExtensionVersion: {
      title: 'Älteste Version der Erweiterung, die verwendet werden darf',
      description: 'Etwa 1.2.0. Benutzer einer älteren erfahren, wo sie eine neuere bekommen.',
    },
    minimumHostVersion: {
      title: 'Älteste Version des Hostprogramms, die verwendet werden darf',
      description: 'Etwa 1.2.0. Benutzer einer älteren erfahren, wo sie eine neuere bekommen.',
    },
    logLevel: {
      title: 'Was das Protokoll des Hostprogramms festhält',
      description: 'Zeilen dieser Stufe und der vorangehenden. Die Datei des Computers für das Hostprogramm geht vor.',
    },
    locale: {
      title: 'Sprache der Fenster der Erweiterung',
      description: 'Ohne diese Einstellung die des Browsers.',
    },
  },
};
