import type { words as english } from '../en/administrators.js';
import type { Partly } from '../partly.js';

const NOTHING = 'Nichts zu tun.';
const RELOAD = 'Laden Sie die Seite neu.';
const DEVELOPER = 'Melden Sie es den Entwicklern des Portals.';
const IF_AGAIN = 'Tritt es wieder auf, melden Sie es den Entwicklern des Portals.';
const AUDIT = 'Der Grund steht im Auditprotokoll.';
const ASK_DOCTOR =
  'Führen Sie `cardwright-host doctor` aus: Es nennt Programme, die die Smartcard-Bibliothek geladen haben. Unter Linux nennt `cardwright-host logs` die vom Zeitpunkt des Fehlers.';

/** The action of an administrator or an operator for each error of the catalogue, in German. */
export const words: Partly<typeof english> = {
  INVALID_MESSAGE: DEVELOPER,
  METHOD_NOT_FOUND: 'Vergleichen Sie die Versionen von Portal-SDK, Erweiterung und Hostprogramm.',
  INVALID_PARAMS: 'Melden Sie es mit der genannten Angabe den Entwicklern des Portals.',
  INTERNAL: 'Melden Sie es mit der Vorfallsnummer, die auch im Protokoll des betroffenen Teils steht.',
  CANCELLED: NOTHING,
  TIMEOUT: 'Führen Sie auf dem Computer `cardwright-host doctor` aus.',
  VERSION_MISMATCH: 'Verteilen Sie den genannten Teil in seiner aktuellen Version.',
  ALREADY_INITIALIZED: DEVELOPER,
  NOT_INITIALIZED: DEVELOPER,
  MESSAGE_TOO_LARGE: 'Melden Sie es den Entwicklern des Portals: Es muss in einem Schritt weniger senden.',

  EXTENSION_MISSING:
    'Verteilen Sie die Erweiterung per Richtlinie. In Firefox erlaubt die Richtlinie ExtensionSettings sie auch in privaten Fenstern.',
  SITE_NOT_GRANTED: 'Erlauben Sie die Website per Richtlinie.',
  PERMISSION_DENIED: 'Erlauben Sie der Website die fehlende Klasse per Richtlinie.',
  CMS_KEYS_UNAVAILABLE: 'Prüfen Sie das Dokument, oder geben Sie die Schlüssel der Website per Richtlinie vor.',
  USER_CANCELLED: NOTHING,
  WINDOW_NOT_ALLOWED: NOTHING,
  INSECURE_CONTEXT: 'Stellen Sie das Portal über https bereit.',
  USER_TIMEOUT: NOTHING,
  EXTENSION_LOST: NOTHING,
  TOO_MANY_SESSIONS: 'Melden Sie es den Entwicklern des Portals.',
  POLICY_CHANGED: NOTHING,
  EXTENSION_UPDATED: NOTHING,

  HOST_MISSING:
    'Verteilen Sie das Hostprogramm. Wo eine Richtlinie Hostprogramme einzelner Benutzer verbietet, installieren Sie es für den ganzen Computer.',
  HOST_FORBIDDEN: 'Erlauben Sie das Hostprogramm per Richtlinie, oder installieren Sie zueinander passende Versionen.',
  HOST_CRASHED: 'Führen Sie auf dem Computer `cardwright-host doctor` aus.',
  STEP_REQUIRED: 'Melden Sie es den Entwicklern des Portals.',
  STEP_REFUSED: 'Prüfen Sie Uhr und Schlüssel des Portals.',
  SECRET_REFUSED: 'Prüfen Sie die Schlüssel des Portals.',
  SECRET_MISSING: 'Tritt es wieder auf, melden Sie es den Entwicklern des Portals.',
  HOST_START_FAILED:
    'Führen Sie `cardwright-host doctor` aus: Es nennt Manifest und Datei. Installieren Sie das Hostprogramm neu.',
  HOST_INTERPRETER_FORBIDDEN:
    'Erlauben Sie die Eingabeaufforderung für Skripte (DisableCMD = 2), oder verwenden Sie einen Browser, der Hostprogramme direkt startet.',
  HOST_ANSWER_INVALID: 'Führen Sie `cardwright-host doctor` aus, und installieren Sie das Hostprogramm neu.',
  BROWSER_SANDBOXED:
    'Installieren Sie den Browser als Systempaket (deb oder rpm), oder geben Sie ihm Zugang zum Portal für Native Messaging.',
  HOST_MANIFEST_INVALID: 'Führen Sie `cardwright-host install` aus, oder verteilen Sie das Manifest neu.',
  USER_HOST_FORBIDDEN: 'Installieren Sie das Hostprogramm für den ganzen Computer.',
  HOST_DAMAGED: 'Installieren Sie das Hostprogramm neu.',
  POLICY_UNREADABLE:
    'Führen Sie `cardwright-host doctor` aus: Es nennt die Einstellung und was erlaubt ist. Berichtigen Sie die Richtlinie.',

  PCSC_UNAVAILABLE: 'Starten Sie den Dienst, und lassen Sie ihn mit dem Computer starten.',
  NO_READER: 'Prüfen Sie den Treiber des Kartenlesers.',
  DEVICE_BUSY: ASK_DOCTOR,
  CARD_REMOVED: 'Prüfen Sie den Kartenleser.',
  CARD_MUTE: 'Ersetzen Sie das Gerät, wenn es wieder auftritt.',
  PCSC_FORBIDDEN: 'Führen Sie `cardwright-host doctor` aus: Es gibt die polkit-Regel aus, die den Benutzer zulässt.',
  READER_REMOVED: 'Versuchen Sie einen anderen Anschluss oder einen anderen Kartenleser.',
  CARD_RESET: ASK_DOCTOR,
  PCSC_ERROR:
    'Schlagen Sie den Rückgabewert in pcsclite.h oder winerror.h nach, und aktualisieren Sie den Treiber des Kartenlesers.',

  DEVICE_NOT_FOUND: NOTHING,
  DEVICE_NOT_OPEN: 'Tritt es wieder auf, melden Sie es den Entwicklern des Portals.',
  NO_APPLICATION: NOTHING,
  NOT_SUPPORTED_BY_DEVICE: 'Ändern Sie die Geräterichtlinie für dieses Modell.',
  DEVICE_FULL: 'Setzen Sie das Gerät zurück, oder verwenden Sie kleinere Schlüssel.',
  CARD_ERROR: 'Schlagen Sie das Statuswort in ISO 7816-4, 5.6 nach.',
  WRONG_DEVICE: NOTHING,
  CHANGED_BY_MINIDRIVER:
    'Halten Sie den Minidriver von noch nicht ausgestellten Geräten fern, oder setzen Sie das Gerät zurück und stellen Sie es neu aus.',
  CONTACT_NEEDED: 'Geben Sie der Person einen Kartenleser mit Kontakten.',
  DEVICE_NOT_ALLOWED: 'Nehmen Sie das Modell in `allowedDevices` auf, wenn es verwendet werden darf.',

  PIN_INCORRECT: 'Wird die PIN blockiert, kann der Inhaber im Portal eine neue festlegen.',
  PIN_BLOCKED: 'Der Inhaber kann im Portal eine neue PIN festlegen, solange die PUK nicht auch blockiert ist.',
  PUK_INCORRECT: 'Prüfen Sie die Werks-PUK in der Geräterichtlinie.',
  PUK_BLOCKED: 'Setzen Sie das Gerät zurück, wenn sein Modell das erlaubt.',
  PIN_REFUSED_BY_DEVICE: 'Machen Sie die PIN-Regeln der Geräterichtlinie mindestens so streng wie die des Geräts.',
  MANAGEMENT_KEY_REFUSED: 'Prüfen Sie die Verwaltungsschlüssel des Werks in der Geräterichtlinie.',
  NOT_AUTHENTICATED: 'Stellen Sie fest, ob ein anderes Programm die Karte verwendet.',
  LAST_TRY: 'Der Inhaber kann im Portal eine neue PIN festlegen, solange die PUK noch Versuche hat.',
  PIN_RULES_CONFLICT: 'Ändern Sie die PIN-Regeln in der Geräterichtlinie.',
  PIN_RULE_VIOLATED: NOTHING,
  PIN_ENTRIES_DIFFER: NOTHING,
  PIN_UNCONFIRMED: 'Der Inhaber kann im Portal eine neue PIN festlegen.',
  PINPAD_MISSING:
    'Stellen Sie einen Kartenleser mit Tastatur und dem Treiber seines Herstellers bereit, oder ändern Sie die Geräterichtlinie.',
  PINPAD_UNUSABLE:
    'Aktualisieren Sie Treiber und Firmware des Kartenlesers. Bleibt das Detail `reason` gleich, lassen Sie PINs im Fenster eingeben (Geräterichtlinie).',

  KEY_CANNOT_SIGN: 'Verwenden Sie für dieses Modell RSA in Slot 9D, oder lassen Sie den Slot weg.',
  ALGORITHM_NOT_SUPPORTED:
    'Wählen Sie für dieses Modell einen anderen Algorithmus. Wurde die Karte nie eingerichtet, dann hat ihr Werksschlüssel einen Algorithmus, den ihre Richtlinie nicht nennt.',
  KEY_MISSING: IF_AGAIN,
  WEAK_KEY_GENERATION: 'Ersetzen Sie das Gerät.',
  ESCROW_MISMATCH: IF_AGAIN,
  CERTIFICATE_INVALID: 'Stellen Sie das Gerät neu aus.',

  RP_NOT_ALLOWED:
    'Tragen Sie den Dienst in der Richtlinie der Erweiterung bei der Website ein (foreign relying parties).',
  TOUCH_TIMEOUT: NOTHING,
  FIDO_PIN_INCORRECT: 'Eine blockierte FIDO-PIN lässt sich nur durch Zurücksetzen der FIDO-Anwendung entfernen.',
  FIDO_PIN_BLOCKED: 'Setzen Sie die FIDO-Anwendung zurück; ihre Passkeys gehen dabei verloren.',
  FIDO_PIN_PAUSED: NOTHING,
  FIDO_PIN_FORGOTTEN:
    'Erlauben Sie in der Geräterichtlinie das Zurücksetzen der FIDO-Anwendung, oder setzen Sie sie vor der Ausgabe zurück.',
  FIDO_PIN_MISSING: NOTHING,
  PASSKEY_EXISTS: 'Entfernen Sie den Passkey beim Dienst aus dem Konto.',
  PASSKEY_STORE_FULL: 'Entfernen Sie Passkeys vom Schlüssel, oder setzen Sie seine FIDO-Anwendung zurück.',
  PASSKEY_NOT_COMPLETED: NOTHING,
  RP_PAGE_UNUSABLE: 'Prüfen Sie in der Richtlinie der Erweiterung den Pfad der Seite, und das Netzwerk.',
  FIDO_RESET_TOO_LATE: NOTHING,
  FIDO_RESET_REFUSED: 'Setzen Sie das Gerät mit den Werkzeugen seines Herstellers zurück.',
  AUTHENTICATOR_ERROR: 'Schlagen Sie den Status im CTAP-Standard nach (8.2, Status codes).',
  FIDO_UNREACHABLE: 'Lassen Sie Passkeys in der Geräterichtlinie über den Browser registrieren.',
  PASSKEY_SERVICE_UNAVAILABLE: 'Prüfen Sie die Verbindung des Portals zum Dienst und dessen Grenzen.',
  PASSKEY_SERVICE_REFUSED: 'Prüfen Sie die Berechtigungen der Anwendung des Portals beim Dienst und das Konto.',
  PASSKEY_REFUSED:
    'Sehen Sie sich den Grund in den Details an. Ist er `unusable`, prüfen Sie die Einstellungen des Geräts, etwa „Benutzer immer prüfen“, oder verwenden Sie ein anderes Modell.',
  PASSKEY_EXPIRED: NOTHING,
  PASSKEY_NOT_PROVED:
    'Nehmen Sie in der Geräterichtlinie Passkeys ohne Nachweis an, oder verwenden Sie Kartenleser, die die FIDO-Anwendung erreichen.',
  PASSKEY_FORBIDDEN: 'Ändern Sie das Passkey-Profil beim Dienst oder die Modelle der Geräterichtlinie.',
  PASSKEY_LOGIN_REFUSED: 'Prüfen Sie den Zustand des Geräts.',

  LOGIN_REQUIRED: NOTHING,
  FORBIDDEN: 'Geben Sie dem Konto die nötige Rolle.',
  DEVICE_LIMIT: 'Erhöhen Sie die Grenze, oder lassen Sie einen Operator ein Gerät stilllegen.',
  DEVICE_NOT_ELIGIBLE: 'Ändern Sie die Geräterichtlinie, oder setzen Sie das Gerät zurück.',
  OPERATION_NOT_FOUND: NOTHING,
  OPERATION_MOVED: NOTHING,
  OPERATION_FAILED: 'Lesen Sie das Auditprotokoll.',
  ATTESTATION_REFUSED:
    'Behalten Sie das Gerät: Etwas zwischen Karte und Portal könnte eingegriffen haben. Der Grund steht im Auditprotokoll.',
  CA_UNAVAILABLE: 'Prüfen Sie die Zertifizierungsstelle.',
  CMS_UNREACHABLE: 'Prüfen Sie das Portal und ob andere Websites sein /.well-known/cardwright lesen dürfen (CORS).',
  RATE_LIMITED: NOTHING,
  READ_BACK_MISMATCH: 'Ersetzen Sie das Gerät.',
  DEVICE_STATE: RELOAD,
  CA_REFUSED:
    'Lesen Sie die Antwort der Zertifizierungsstelle im Auditprotokoll, und vergleichen Sie ihr Profil mit der Geräterichtlinie.',
  APPROVAL_NEEDED: 'Genehmigen Sie es auf der Seite für Operatoren.',
  PASSWORD_INCORRECT: 'Setzen Sie ein neues Passwort, wenn es vergessen wurde.',
  ATTESTATION_MISSING:
    'Erlauben Sie Geräte ohne Nachweis in der Geräterichtlinie, oder stellen Sie sie unter Aufsicht aus.',
  ATTESTATION_UNREADABLE: 'Behalten Sie das Gerät, und melden Sie es mit dem Grund aus dem Auditprotokoll.',
  ATTESTATION_UNTRUSTED:
    'Importieren Sie die Zertifikate des Herstellers auf der Seite „Geräterichtlinie“, oder lehnen Sie das Gerät ab.',
  ATTESTATION_CONTRADICTS:
    'Behalten Sie das Gerät: Etwas zwischen Karte und Portal könnte eingegriffen haben. Der Grund steht im Auditprotokoll.',
  CERTIFICATE_KEY_MISMATCH:
    'Vergleichen Sie den Antrag im Auditprotokoll mit dem, was ausgestellt wurde, und stellen Sie das Gerät neu aus.',
  DEVICE_CHANGED: 'Vergleichen Sie, was im Auditprotokoll über das Gerät steht, mit dem, was Sie gesehen haben.',
  PROPOSAL_OVER: NOTHING,
  CODE_NEEDED:
    'Vergewissern Sie sich, wer anruft. Stellen Sie dann auf der Seite für Operatoren einen Einmalcode aus, und lesen Sie ihn vor.',
  CODE_INCORRECT: 'Stellen Sie einen neuen Code für das Gerät aus, das der Benutzer hat.',
  WORK_OVER:
    'Sehen Sie sich das Gerät an: Seine Seite sagt, was wartet, und das Auditprotokoll, wie das Übrige endete.',
  LAST_ADMINISTRATOR: 'Geben Sie die Rolle zuerst jemand anderem.',
  SIGN_IN_UNAVAILABLE: 'Lesen Sie im Protokoll des Portals, warum das Verzeichnis nicht gefragt werden kann.',

  MOBILE_FORBIDDEN: 'Setzen Sie CARDWRIGHT_MOBILE, oder nehmen Sie das Konto in dessen Benutzer auf.',
  ENROLMENT_NOT_FOUND: NOTHING,
  LINK_EXPIRED: NOTHING,
  PHONE_UNSUPPORTED: NOTHING,
  PHONE_NOT_GENUINE:
    'Prüfen Sie die Apple-Zertifizierungsstellen in CARDWRIGHT_MOBILE. Stimmen sie, hat jemand eine erfundene Antwort gesendet: Der Grund steht im Auditprotokoll.',
  PHONE_OF_ANOTHER: 'Legen Sie das Gerät des früheren Benutzers still.',
  PHONE_SILENT: 'Die letzte Anfrage des Geräts steht im Auditprotokoll.',
  PHONE_NOT_CONFIRMED: NOTHING,
  PHONE_REFUSED: AUDIT,
  CARD_PROOF_NEEDED: NOTHING,
};
