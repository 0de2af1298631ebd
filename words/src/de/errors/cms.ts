import type { cmsErrors as english } from '../../en/errors/cms.js';
import type { ErrorsIn } from '../../error-text.js';

const HELP_DESK = 'Wenden Sie sich an Ihren Helpdesk.';
const OTHER_DEVICE = 'Verwenden Sie ein anderes Gerät.';
const RELOAD = 'Laden Sie die Seite neu.';

/** Words for the errors 9000 to 9099, in German. */
export const cmsErrors: ErrorsIn<typeof english> = {
  LOGIN_REQUIRED: {
    message: 'Das Portal verlangt, dass Sie sich anmelden.',
    cause: 'Sie sind nicht mehr angemeldet, oder Ihre Anmeldung ist dafür zu alt.',
    user: 'Melden Sie sich erneut an.',
  },
  FORBIDDEN: {
    message: 'Das dürfen Sie nicht tun.',
    cause: 'Es braucht eine andere Rolle oder gehört jemand anderem.',
    user: HELP_DESK,
  },
  DEVICE_LIMIT: {
    message: 'Sie haben Ihre Höchstzahl an Geräten erreicht.',
    cause: 'Das Portal begrenzt die Zahl der Geräte für jeden Benutzer.',
    user: 'Bitten Sie Ihren Helpdesk, ein Gerät stillzulegen, das Sie nicht mehr verwenden.',
  },
  DEVICE_NOT_ELIGIBLE: {
    message: 'Dieses Gerät kann nicht verwendet werden.',
    cause: 'Das Portal nennt den Grund.',
    user: OTHER_DEVICE,
  },
  OPERATION_NOT_FOUND: {
    message: 'Das Portal kennt diese Einrichtung nicht.',
    cause: 'Sie ist beendet oder gehört jemand anderem.',
    user: 'Versuchen Sie es erneut von Anfang an.',
  },
  OPERATION_MOVED: {
    message: 'Dieses Gerät wird jetzt in einem anderen Tab eingerichtet.',
    cause: 'Die Einrichtung wurde dort fortgesetzt.',
    user: 'Fahren Sie im anderen Tab fort, und schließen Sie diesen. Oder setzen Sie hier fort: Der andere Tab hört dann auf.',
  },
  OPERATION_FAILED: {
    message: 'Die Einrichtung konnte nicht abgeschlossen werden.',
    cause: 'Einer ihrer Schritte ist fehlgeschlagen.',
    user: 'Versuchen Sie es mit demselben Gerät erneut. Hilft das nicht, wenden Sie sich an Ihren Helpdesk.',
  },
  ATTESTATION_REFUSED: {
    message: 'Das Gerät konnte nicht nachweisen, dass seine Schlüssel auf ihm erzeugt wurden.',
    cause: 'Es hat die Anfrage des Portals nicht mit dem Schlüssel signiert, den es vorgezeigt hat.',
    user: OTHER_DEVICE,
  },
  CA_UNAVAILABLE: {
    message: 'Die Zertifizierungsstelle ist nicht erreichbar.',
    cause: 'Sie läuft nicht, oder das Portal kann sich nicht mit ihr verbinden.',
    user: 'Versuchen Sie es später erneut.',
  },
  CMS_UNREACHABLE: {
    message: 'Das Portal antwortet nicht.',
    cause: 'Das Netzwerk oder das Portal ist ausgefallen.',
    user: 'Prüfen Sie Ihre Netzwerkverbindung und versuchen Sie es erneut.',
  },
  RATE_LIMITED: {
    message: 'Zu viele Versuche.',
    cause: 'Das Portal begrenzt, wie oft das versucht werden darf.',
    user: 'Warten Sie einige Minuten und versuchen Sie es erneut. Manche Sperren dauern bis zu einer Stunde.',
  },
  READ_BACK_MISMATCH: {
    message: 'Das Gerät hat nicht gespeichert, was geschrieben wurde.',
    cause: 'Das Gerät ist schadhaft, oder etwas zwischen Portal und Karte greift ein.',
    user: 'Versuchen Sie es erneut. Hilft das nicht, verwenden Sie ein anderes Gerät.',
  },
  DEVICE_STATE: {
    message: 'Der Zustand des Geräts erlaubt das nicht.',
    cause: 'Jemand anderes hat es inzwischen geändert, oder die Aktion passt nicht zu ihm.',
    user: RELOAD,
  },
  CA_REFUSED: {
    message: 'Die Zertifizierungsstelle hat ein Zertifikat abgelehnt.',
    cause: 'Ihre Regeln erlauben dieses Zertifikat nicht, oder das Portal darf es nicht anfordern.',
    user: HELP_DESK,
  },
  APPROVAL_NEEDED: {
    message: 'Ihr Helpdesk muss das erst genehmigen.',
    cause: 'Das Gerät hat nicht nachgewiesen, was es ist. Darum hält das Portal eine geheime PUK zurück.',
    user: 'Bitten Sie Ihren Helpdesk um die Genehmigung, und versuchen Sie es dann mit demselben Gerät erneut.',
  },
  PASSWORD_INCORRECT: {
    message: 'Das Passwort ist falsch.',
    cause: 'Es ist nicht das Passwort des angemeldeten Kontos.',
    user: 'Prüfen Sie Ihr Passwort und versuchen Sie es erneut.',
  },
  ATTESTATION_MISSING: {
    message: 'Das Gerät sagt nicht, wo seine Schlüssel erzeugt wurden.',
    cause:
      'Es hat keinen Herkunftsnachweis, sein Nachweisschlüssel wurde gelöscht, oder seine Nachweise nennen keine Seriennummer.',
    user: OTHER_DEVICE,
  },
  ATTESTATION_UNREADABLE: {
    message: 'Der Herkunftsnachweis des Geräts ist nicht lesbar.',
    cause: 'Er ist beschädigt oder in einem Format, das diese Version nicht kennt.',
    user: OTHER_DEVICE,
  },
  ATTESTATION_UNTRUSTED: {
    message: 'Kein vertrauenswürdiger Hersteller bürgt für das Gerät.',
    cause: 'Die Zertifikate des Herstellers sind nicht in der Geräterichtlinie, oder das Gerät ist nicht echt.',
    user: 'Wenden Sie sich an Ihren Helpdesk oder verwenden Sie ein anderes Gerät.',
  },
  ATTESTATION_CONTRADICTS: {
    message: 'Was der Hersteller über das Gerät bezeugt, widerspricht dem, was verlangt war.',
    cause: 'Der Schlüssel wurde anderswo, auf einem anderen Gerät oder mit anderen Regeln als verlangt erzeugt.',
    user: OTHER_DEVICE,
  },
  CERTIFICATE_KEY_MISMATCH: {
    message: 'Ein Zertifikat gehört nicht zum Schlüssel auf dem Gerät.',
    cause: 'Die Zertifizierungsstelle hat einen anderen Schlüssel zertifiziert, oder der auf dem Gerät wurde ersetzt.',
    user: HELP_DESK,
  },
  DEVICE_CHANGED: {
    message: 'Das Gerät hat sich geändert, seit Sie es gesehen haben.',
    cause: 'Sein Inhaber oder ein anderer Operator hat etwas damit getan, während Ihre Seite offen war.',
    user: 'Laden Sie die Seite neu, sehen Sie sich das Gerät noch einmal an, und entscheiden Sie dann: Es wurde nichts ausgeführt.',
  },
  PROPOSAL_OVER: {
    message: 'Dieser Vorschlag ist erledigt.',
    cause: 'Er wurde bestätigt, zurückgezogen oder ersetzt, oder er ist älter als eine Woche.',
    user: 'Laden Sie die Seite neu. Soll die Änderung noch sein, schlagen Sie sie erneut vor.',
  },
  CODE_NEEDED: {
    message: 'Für eine neue PIN brauchen Sie einen Einmalcode.',
    cause: 'Das Portal verlangt einen Code, den Ihnen Ihr Helpdesk gibt.',
    user: 'Rufen Sie Ihren Helpdesk an und bitten Sie um einen Einmalcode für dieses Gerät. Versuchen Sie es dann erneut.',
  },
  CODE_INCORRECT: {
    message: 'Der Einmalcode ist falsch.',
    cause:
      'Er wurde falsch eingegeben, gilt für ein anderes Gerät, ist älter als zehn Minuten oder wurde verwendet oder ersetzt.',
    user: 'Geben Sie ihn noch einmal ein, oder bitten Sie Ihren Helpdesk um einen neuen.',
  },
  WORK_OVER: {
    message: 'Darum wird nicht mehr gebeten.',
    cause: 'Es ist schon erledigt, wurde zurückgenommen oder ist abgelaufen, oder es galt einem anderen Gerät.',
    user: 'Laden Sie die Seite neu: Sie zeigt, worum noch gebeten wird. Es wurde nichts ausgeführt.',
  },
  LAST_ADMINISTRATOR: {
    message: 'Das Portal braucht jemanden, der es administriert.',
    cause: 'Niemand sonst, der sich anmelden kann, hat die Rolle Administration.',
    user: 'Geben Sie diese Rolle zuerst jemand anderem.',
  },
  SIGN_IN_UNAVAILABLE: {
    message: 'Die Anmeldung Ihrer Organisation ist nicht verfügbar.',
    cause: 'Was Ihr Passwort kennt, antwortet gerade nicht.',
    user: 'Versuchen Sie es in einigen Minuten erneut.',
  },
};
