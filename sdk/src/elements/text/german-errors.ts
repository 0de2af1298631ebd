import type { ErrorCode } from '@cardwright/protocol';
import type { ErrorText } from './text-type.js';

const RELOAD = 'Laden Sie die Seite neu.';
const TRY_AGAIN = 'Versuchen Sie es erneut.';
const START_AGAIN = 'Beginnen Sie neu.';
const WHEN_READY = 'Beginnen Sie neu, wenn Sie bereit sind.';
const HELP_DESK = 'Wenden Sie sich an Ihren Helpdesk.';
const OTHER_DEVICE = 'Verwenden Sie ein anderes Gerät.';
const UNLOCK = 'Lassen Sie das Gerät entsperren.';

/** The errors of the catalogue in German: what happened, and what the user does. */
export const germanErrors: Readonly<Record<ErrorCode, ErrorText>> = {
  INVALID_MESSAGE: ['Eine Nachricht entspricht nicht dem Protokoll.', RELOAD],
  METHOD_NOT_FOUND: ['Diesen Befehl gibt es nicht.', 'Aktualisieren Sie Cardwright.'],
  INVALID_PARAMS: ['Die Angaben zu einem Befehl sind ungültig.', RELOAD],
  INTERNAL: [
    'Etwas Unerwartetes ist schiefgegangen.',
    'Versuchen Sie es erneut. Tritt es wieder auf, senden Sie die kopierten Details an Ihren Helpdesk.',
  ],
  CANCELLED: ['Der Vorgang wurde abgebrochen.', WHEN_READY],
  TIMEOUT: ['Es kam keine rechtzeitige Antwort.', TRY_AGAIN],
  VERSION_MISMATCH: ['Die Teile von Cardwright passen nicht zueinander.', 'Aktualisieren Sie den genannten Teil.'],
  ALREADY_INITIALIZED: ['Die Sitzung war schon geöffnet.', RELOAD],
  NOT_INITIALIZED: ['Die Sitzung ist noch nicht geöffnet.', RELOAD],
  EXTENSION_MISSING: [
    'Die Cardwright-Erweiterung hat nicht geantwortet.',
    'Installieren oder aktivieren Sie die Erweiterung und klicken Sie dann auf „Aktualisieren“.',
  ],
  SITE_NOT_GRANTED: [
    'Diese Website darf Ihre Geräte nicht verwenden.',
    'Erlauben Sie es, wenn Cardwright fragt, oder im Menü der Erweiterung.',
  ],
  PERMISSION_DENIED: [
    'Diese Art von Befehl wurde der Website nicht erlaubt.',
    'Entfernen Sie die Website im Menü der Erweiterung, versuchen Sie es erneut und erlauben Sie, worum sie bittet.',
  ],
  CMS_KEYS_UNAVAILABLE: [
    'Die Schlüssel der Website konnten nicht gelesen werden.',
    'Versuchen Sie es später erneut oder wenden Sie sich an Ihren Helpdesk.',
  ],
  USER_CANCELLED: ['Das Fenster wurde vorher geschlossen.', WHEN_READY],
  WINDOW_NOT_ALLOWED: [
    'Cardwright kann sein Fenster jetzt nicht öffnen.',
    'Schließen Sie das andere Fenster, holen Sie diese Seite nach vorn und versuchen Sie es erneut.',
  ],
  INSECURE_CONTEXT: ['Die Seite ist nicht sicher.', 'Öffnen Sie die Seite über ihre https-Adresse.'],
  USER_TIMEOUT: ['Das Fenster war zu lange geöffnet.', WHEN_READY],
  EXTENSION_LOST: [
    'Die Verbindung zur Cardwright-Erweiterung ist abgebrochen.',
    'Versuchen Sie es erneut. Hilft das nicht, laden Sie die Seite neu.',
  ],
  TOO_MANY_SESSIONS: ['Die Seite hat zu viele Sitzungen geöffnet.', 'Laden Sie die Seite neu.'],
  HOST_MISSING: [
    'Cardwright wurde auf diesem Computer nicht gefunden.',
    'Installieren Sie Cardwright auf diesem Computer und klicken Sie dann auf „Aktualisieren“.',
  ],
  HOST_FORBIDDEN: ['Cardwright auf diesem Computer nimmt diese Erweiterung nicht an.', HELP_DESK],
  HOST_CRASHED: ['Cardwright auf diesem Computer wurde unerwartet beendet.', TRY_AGAIN],
  STEP_REQUIRED: ['Dieser Befehl muss vom Portal signiert sein.', HELP_DESK],
  STEP_REFUSED: ['Ein Schritt wurde abgelehnt; die Karte wurde nicht verändert.', START_AGAIN],
  SECRET_REFUSED: ['Ein versiegeltes Geheimnis gehört nicht zu diesem Befehl.', START_AGAIN],
  SECRET_MISSING: ['Ein benötigtes Geheimnis fehlt.', START_AGAIN],
  PCSC_UNAVAILABLE: [
    'Der Smartcard-Dienst dieses Computers läuft nicht.',
    'Starten Sie den Computer neu oder wenden Sie sich an Ihren Helpdesk.',
  ],
  NO_READER: [
    'Es ist kein Kartenleser angeschlossen.',
    'Schließen Sie einen Kartenleser oder einen Sicherheitsschlüssel an.',
  ],
  DEVICE_BUSY: [
    'Ein anderes Programm verwendet das Gerät.',
    'Schließen Sie andere Programme, die die Karte verwenden, und versuchen Sie es erneut.',
  ],
  CARD_REMOVED: [
    'Das Gerät wurde entfernt.',
    'Schließen Sie es wieder an und lassen Sie es bis zum Ende angeschlossen.',
  ],
  CARD_MUTE: ['Das Gerät antwortet nicht.', 'Entfernen Sie das Gerät und schließen Sie es wieder an.'],
  DEVICE_NOT_FOUND: ['Das Gerät ist nicht mehr angeschlossen.', 'Schließen Sie es an und versuchen Sie es erneut.'],
  DEVICE_NOT_OPEN: ['Das Gerät ist nicht geöffnet.', START_AGAIN],
  NO_APPLICATION: ['Das Gerät hat keine PIV-Anwendung.', OTHER_DEVICE],
  NOT_SUPPORTED_BY_DEVICE: ['Das Gerät kann das nicht.', OTHER_DEVICE],
  DEVICE_FULL: ['Auf dem Gerät ist kein Platz mehr.', OTHER_DEVICE],
  CARD_ERROR: [
    'Das Gerät hat mit einem Fehler geantwortet.',
    'Versuchen Sie es erneut. Tritt es wieder auf, verwenden Sie ein anderes Gerät.',
  ],
  PIN_INCORRECT: ['Die PIN ist nicht richtig.', 'Prüfen Sie die PIN und versuchen Sie es erneut.'],
  PIN_BLOCKED: ['Die PIN ist gesperrt.', UNLOCK],
  PUK_INCORRECT: ['Die PUK ist nicht richtig.', HELP_DESK],
  PUK_BLOCKED: ['Die PUK ist gesperrt.', OTHER_DEVICE],
  PIN_REFUSED_BY_DEVICE: ['Das Gerät nimmt diese PIN nicht an.', 'Wählen Sie eine andere PIN.'],
  MANAGEMENT_KEY_REFUSED: ['Das Gerät nimmt den Verwaltungsschlüssel nicht an.', HELP_DESK],
  NOT_AUTHENTICATED: ['Das Gerät verlangt zuerst eine Anmeldung.', START_AGAIN],
  LAST_TRY: ['Es bleibt nur ein Versuch; er wurde nicht verbraucht.', UNLOCK],
  PIN_RULES_CONFLICT: ['Keine PIN erfüllt die Regeln des Portals und die des Geräts.', HELP_DESK],
  KEY_CANNOT_SIGN: ['Der Schlüssel dieses Speicherplatzes kann nicht signieren.', HELP_DESK],
  ALGORITHM_NOT_SUPPORTED: ['Das Gerät unterstützt diesen Algorithmus nicht.', HELP_DESK],
  KEY_MISSING: ['In diesem Speicherplatz ist kein Schlüssel.', START_AGAIN],
  WEAK_KEY_GENERATION: ['Dieses Gerät erzeugt schwache RSA-Schlüssel.', OTHER_DEVICE],
  ESCROW_MISMATCH: ['Die hinterlegten Daten sind nicht die erzeugten; nichts wurde geschrieben.', START_AGAIN],
  CERTIFICATE_INVALID: ['Das Zertifikat auf dem Gerät ist nicht lesbar.', 'Stellen Sie das Gerät neu aus.'],
  LOGIN_REQUIRED: ['Sie sind nicht angemeldet.', 'Melden Sie sich erneut an.'],
  FORBIDDEN: ['Das dürfen Sie nicht tun.', HELP_DESK],
  DEVICE_LIMIT: [
    'Sie haben so viele Geräte, wie Sie haben dürfen.',
    'Lassen Sie zuerst ein Gerät außer Betrieb nehmen.',
  ],
  DEVICE_NOT_ELIGIBLE: ['Dieses Gerät kann nicht ausgestellt werden.', OTHER_DEVICE],
  OPERATION_NOT_FOUND: ['Das Portal kennt diesen Vorgang nicht.', START_AGAIN],
  OPERATION_MOVED: [
    'Dieses Gerät wird jetzt in einem anderen Tab ausgestellt.',
    'Fahren Sie im anderen Tab fort und schließen Sie diesen, oder setzen Sie hier fort: Der andere Tab hört dann auf.',
  ],
  OPERATION_FAILED: ['Der Vorgang ist fehlgeschlagen.', 'Fahren Sie mit demselben Gerät fort oder beginnen Sie neu.'],
  ATTESTATION_REFUSED: ['Das Gerät konnte die Herkunft seiner Schlüssel nicht beweisen.', OTHER_DEVICE],
  CA_UNAVAILABLE: ['Die Zertifizierungsstelle ist nicht erreichbar.', 'Versuchen Sie es später erneut.'],
  CA_REFUSED: ['Die Zertifizierungsstelle hat ein Zertifikat abgelehnt.', HELP_DESK],
  APPROVAL_NEEDED: [
    'Ein Operator muss diese Ausstellung erst genehmigen.',
    'Bitten Sie einen Operator um die Genehmigung und setzen Sie dann mit demselben Gerät fort.',
  ],
  CMS_UNREACHABLE: ['Das Portal antwortet nicht.', 'Prüfen Sie Ihr Netzwerk und versuchen Sie es erneut.'],
  RATE_LIMITED: ['Zu viele Versuche.', 'Warten Sie eine Minute und versuchen Sie es erneut.'],
  READ_BACK_MISMATCH: [
    'Vom Gerät wurde anderes gelesen, als geschrieben wurde.',
    'Versuchen Sie es erneut. Tritt es wieder auf, verwenden Sie ein anderes Gerät.',
  ],
  PASSWORD_INCORRECT: ['Das Passwort ist nicht richtig.', 'Prüfen Sie das Passwort und versuchen Sie es erneut.'],
  DEVICE_STATE: ['Das Gerät ist in einem Zustand, der das nicht erlaubt.', RELOAD],
  MESSAGE_TOO_LARGE: ['Eine Nachricht ist größer, als das Protokoll erlaubt.', HELP_DESK],
  HOST_START_FAILED: [
    'Cardwright konnte auf diesem Computer nicht gestartet werden.',
    'Installieren Sie Cardwright auf diesem Computer neu oder wenden Sie sich an Ihren Helpdesk.',
  ],
  HOST_INTERPRETER_FORBIDDEN: ['Windows lässt den Browser Cardwright nicht starten.', HELP_DESK],
  HOST_BLOCKED: ['Eine Sicherheitssoftware blockiert Cardwright auf diesem Computer.', HELP_DESK],
  HOST_ANSWER_INVALID: ['Cardwright auf diesem Computer hat unverständlich geantwortet.', HELP_DESK],
  BROWSER_SANDBOXED: [
    'Dieser Browser kann Cardwright nicht starten.',
    'Verwenden Sie einen anderen Browser oder wenden Sie sich an Ihren Helpdesk.',
  ],
  HOST_MANIFEST_INVALID: [
    'Der Browser kann nicht lesen, wie Cardwright gestartet wird.',
    'Installieren Sie Cardwright auf diesem Computer neu oder wenden Sie sich an Ihren Helpdesk.',
  ],
  USER_HOST_FORBIDDEN: ['Cardwright muss für den ganzen Computer installiert werden.', HELP_DESK],
  HOST_DAMAGED: [
    'Cardwright auf diesem Computer ist unvollständig.',
    'Installieren Sie Cardwright auf diesem Computer neu oder wenden Sie sich an Ihren Helpdesk.',
  ],
  PCSC_FORBIDDEN: [
    'Sie dürfen die Kartenleser dieses Computers nicht verwenden.',
    'Melden Sie sich direkt am Computer an oder wenden Sie sich an Ihren Helpdesk.',
  ],
  READER_REMOVED: ['Der Kartenleser wurde abgezogen.', 'Schließen Sie den Kartenleser wieder an.'],
  CARD_RESET: [
    'Ein anderes Programm hat das Gerät zurückgesetzt.',
    'Schließen Sie andere Programme, die die Karte verwenden, und versuchen Sie es erneut.',
  ],
  PCSC_ERROR: [
    'Der Smartcard-Dienst hat einen Fehler gemeldet.',
    'Schließen Sie Leser und Gerät neu an. Tritt es wieder auf, wenden Sie sich an Ihren Helpdesk.',
  ],
  WRONG_DEVICE: ['Das ist nicht das gewünschte Gerät.', 'Schließen Sie das genannte Gerät an.'],
  CHANGED_BY_MINIDRIVER: ['Ein anderer Treiber hat das Gerät verändert.', HELP_DESK],
  CONTACT_NEEDED: [
    'Kontaktlos kann das Gerät nicht ausgestellt werden.',
    'Stecken Sie es in einen Leser mit Kontakten oder schließen Sie es direkt an.',
  ],
  PIN_RULE_VIOLATED: ['Die PIN verletzt eine Regel.', 'Wählen Sie eine andere PIN.'],
  CERTIFICATE_KEY_MISMATCH: ['Ein Zertifikat gehört nicht zum Schlüssel auf dem Gerät.', HELP_DESK],
  ATTESTATION_MISSING: ['Das Gerät sagt nicht, wo seine Schlüssel erzeugt wurden.', OTHER_DEVICE],
  ATTESTATION_UNREADABLE: ['Der Herkunftsnachweis des Geräts ist nicht lesbar.', OTHER_DEVICE],
  ATTESTATION_UNTRUSTED: [
    'Kein vertrauenswürdiger Hersteller bürgt für das Gerät.',
    'Wenden Sie sich an Ihren Helpdesk oder verwenden Sie ein anderes Gerät.',
  ],
  ATTESTATION_CONTRADICTS: ['Was der Hersteller über das Gerät signiert hat, widerspricht dem Auftrag.', OTHER_DEVICE],
};
