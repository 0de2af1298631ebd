import type { mobileErrors as english } from '../../en/errors/mobile.js';
import type { ErrorsIn } from '../../error-text.js';

const HELP_DESK = 'Wenden Sie sich an Ihren Helpdesk.';

/** Words for the errors 9100 to 9199, in German. */
export const mobileErrors: ErrorsIn<typeof english> = {
  MOBILE_FORBIDDEN: {
    message: 'Sie können hier kein Mobilgerät hinzufügen.',
    cause: 'Das Portal ist nicht für Mobilgeräte eingerichtet oder nicht für Ihr Konto.',
    user: HELP_DESK,
  },
  ENROLMENT_NOT_FOUND: {
    message: 'Das Portal kennt das Mobilgerät nicht mehr, das Sie hinzufügen.',
    cause: 'Das Hinzufügen ist beendet, oder jemand anderes hat es begonnen.',
    user: 'Versuchen Sie es erneut von Anfang an.',
  },
  LINK_EXPIRED: {
    message: 'Der Link wurde nicht rechtzeitig verwendet.',
    cause: 'Ein Link gilt wenige Minuten und für ein einziges Mobilgerät.',
    user: 'Versuchen Sie es erneut, und scannen Sie den neuen Code.',
  },
  PHONE_UNSUPPORTED: {
    message: 'Dieses Mobilgerät kann nicht hinzugefügt werden.',
    cause: 'Es ist kein iPhone oder iPad, oder sein System ist älter als iOS 18.',
    user: 'Aktualisieren Sie es auf iOS 18 oder neuer, oder verwenden Sie ein anderes. Versuchen Sie es dann erneut.',
  },
  PHONE_NOT_GENUINE: {
    message: 'Das Mobilgerät konnte nicht nachweisen, was es ist.',
    cause: 'Seine Antwort auf das Profil war nicht von einem Apple-Gerät signiert, dem das Portal vertraut.',
    user: HELP_DESK,
  },
  PHONE_OF_ANOTHER: {
    message: 'Dieses Mobilgerät gehört jemand anderem.',
    cause: 'Es steht auf der Seite „Meine Geräte“ eines anderen Benutzers.',
    user: 'Bitten Sie diese Person, es dort zu löschen, oder wenden Sie sich an Ihren Helpdesk.',
  },
  PHONE_SILENT: {
    message: 'Das Mobilgerät hat aufgehört, bevor es bereit war.',
    cause: 'Das Profil wurde nicht installiert, die Verbindung brach ab, oder auf dem Gerät ist etwas fehlgeschlagen.',
    user: 'Öffnen Sie auf dem Mobilgerät Einstellungen, Allgemein, VPN und Geräteverwaltung, und entfernen Sie das fehlgeschlagene Profil, falls es dort ist. Versuchen Sie es dann erneut.',
  },
  PHONE_NOT_CONFIRMED: {
    message: 'Das Mobilgerät wurde nicht rechtzeitig bestätigt.',
    cause: 'Niemand hat Modell und Seriennummer auf der Seite bestätigt, die den Code zeigte.',
    user: 'Entfernen Sie auf dem Mobilgerät das fehlgeschlagene Profil, falls es dort ist. Versuchen Sie es dann erneut, und lassen Sie die Seite offen.',
  },
  PHONE_REFUSED: {
    message: 'Die Anfrage des Mobilgeräts konnte nicht angenommen werden.',
    cause: 'Es hat ein Zertifikat auf eine Weise verlangt, die das Portal nicht zulässt.',
    user: 'Entfernen Sie auf dem Mobilgerät das fehlgeschlagene Profil, falls es dort ist. Wenden Sie sich dann an Ihren Helpdesk.',
  },
  CARD_PROOF_NEEDED: {
    message: 'Das Portal braucht zuerst einen Nachweis durch eines Ihrer aktiven Geräte.',
    cause: 'Er fehlt, ist zu alt oder wurde schon verwendet.',
    user: 'Versuchen Sie es erneut mit angeschlossenem aktivem Gerät.',
  },
};
