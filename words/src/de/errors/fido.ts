import type { fidoErrors as english } from '../../en/errors/fido.js';
import type { ErrorsIn } from '../../error-text.js';

const HELP_DESK = 'Wenden Sie sich an Ihren Helpdesk.';
const ANOTHER_DEVICE = 'Verwenden Sie ein anderes Gerät.';

/** Words for the errors 8000 to 8999, in German. */
export const fidoErrors: ErrorsIn<typeof english> = {
  RP_NOT_ALLOWED: {
    message: 'Diese Website darf für diesen Dienst keine Passkeys einrichten.',
    cause: 'Die Adresse des Dienstes ist weder die der Website noch eine, die Ihre Administration für sie erlaubt.',
    user: HELP_DESK,
  },
  TOUCH_TIMEOUT: {
    message: 'Ihr Sicherheitsschlüssel wurde nicht rechtzeitig berührt.',
    cause: 'Er wartet etwa eine halbe Minute auf eine Berührung.',
    user: 'Versuchen Sie es erneut, und berühren Sie den Schlüssel, wenn er blinkt.',
  },
  FIDO_PIN_INCORRECT: {
    message: 'Die FIDO-PIN ist falsch.',
    cause: 'Es wurde eine andere PIN eingegeben.',
    user: 'Prüfen Sie die FIDO-PIN Ihres Sicherheitsschlüssels und versuchen Sie es erneut.',
  },
  FIDO_PIN_BLOCKED: {
    message: 'Die FIDO-PIN ist blockiert.',
    cause: 'Sie wurde zu oft falsch eingegeben.',
    user: HELP_DESK,
  },
  FIDO_PIN_PAUSED: {
    message: 'Ihr Sicherheitsschlüssel nimmt keine FIDO-PIN an, bis er neu eingesteckt wird.',
    cause: 'Die FIDO-PIN wurde dreimal nacheinander falsch eingegeben.',
    user: 'Ziehen Sie den Schlüssel ab, stecken Sie ihn ein, und versuchen Sie es erneut.',
  },
  FIDO_PIN_FORGOTTEN: {
    message: 'Dieser Sicherheitsschlüssel hat schon eine FIDO-PIN, die Sie nicht kennen.',
    cause: 'Der Schlüssel wurde vorher benutzt.',
    user: ANOTHER_DEVICE,
  },
  FIDO_PIN_MISSING: {
    message: 'Ihr Sicherheitsschlüssel hat noch keine FIDO-PIN.',
    cause: 'Er wurde inzwischen zurückgesetzt.',
    user: 'Versuchen Sie es erneut, und wählen Sie eine FIDO-PIN.',
  },
  PASSKEY_EXISTS: {
    message: 'Dieses Gerät hat schon einen Passkey für Ihr Konto.',
    cause: 'Er wurde früher registriert, vielleicht außerhalb dieses Portals.',
    user: 'Verwenden Sie ein anderes Gerät, oder bitten Sie Ihren Helpdesk, den alten Passkey zu entfernen.',
  },
  PASSKEY_STORE_FULL: {
    message: 'Auf diesem Gerät ist kein Platz für einen weiteren Passkey.',
    cause: 'Ein Sicherheitsschlüssel fasst nur eine begrenzte Zahl von Passkeys.',
    user: ANOTHER_DEVICE,
  },
  PASSKEY_NOT_COMPLETED: {
    message: 'Der Passkey wurde nicht erstellt.',
    cause: 'Der Dialog des Browsers oder des Systems wurde geschlossen, oder es dauerte zu lange.',
    user: 'Versuchen Sie es erneut, und folgen Sie dem Dialog bis zum Ende.',
  },
  RP_PAGE_UNUSABLE: {
    message: 'Die Seite des Dienstes ließ keinen Passkey zu.',
    cause: 'Sie führte zu einer anderen Adresse oder ließ sich nicht öffnen.',
    user: 'Prüfen Sie Ihre Netzwerkverbindung und versuchen Sie es erneut.',
  },
  FIDO_RESET_TOO_LATE: {
    message: 'Der Sicherheitsschlüssel wurde für das Zurücksetzen nicht rechtzeitig eingesteckt oder berührt.',
    cause: 'Ein Schlüssel lässt sich nur in den ersten Sekunden nach dem Einstecken zurücksetzen.',
    user: 'Versuchen Sie es erneut, und folgen Sie den Schritten zügig.',
  },
  FIDO_RESET_REFUSED: {
    message: 'Die FIDO-Anwendung dieses Geräts lässt sich nicht zurücksetzen.',
    cause: 'Das Gerät erlaubt es nicht.',
    user: ANOTHER_DEVICE,
    variants: {
      shared: { cause: 'Es teilt seine PIN mit den anderen Anwendungen; auch sie würden gelöscht.' },
      transport: { cause: 'Es erlaubt das nur über eine andere Verbindung.' },
    },
  },
  AUTHENTICATOR_ERROR: {
    message: 'Die FIDO-Anwendung des Geräts antwortete mit einem Fehler.',
    cause: 'Sie lehnte einen Befehl aus einem Grund ab, den Cardwright nicht kennt.',
    user: 'Ziehen Sie das Gerät ab, stecken Sie es ein, und versuchen Sie es erneut.',
  },
  FIDO_UNREACHABLE: {
    message: 'Dieser Computer lässt Cardwright die FIDO-Anwendung des Geräts nicht benutzen.',
    cause: 'Windows behält sie Konten mit mehr Rechten vor. Unter Linux fehlt vielleicht eine Regel für das Gerät.',
    user: 'Unter Windows ändern Sie die FIDO-PIN und verwalten Passkeys in Einstellungen > Konten > Anmeldeoptionen > Sicherheitsschlüssel. Wenden Sie sich sonst an Ihren Helpdesk.',
  },
  PASSKEY_SERVICE_UNAVAILABLE: {
    message: 'Der Passkey-Dienst ist nicht erreichbar.',
    cause: 'Das Portal konnte ihn nicht erreichen, oder er ist überlastet.',
    user: 'Warten Sie einen Moment und versuchen Sie es erneut.',
  },
  PASSKEY_SERVICE_REFUSED: {
    message: 'Der Passkey-Dienst nimmt die Anfrage des Portals nicht an.',
    cause: 'Dem Portal fehlt dort eine Berechtigung, oder Ihr Konto ist dort nicht bekannt.',
    user: HELP_DESK,
  },
  PASSKEY_REFUSED: {
    message: 'Der neue Passkey wurde nicht angenommen.',
    cause: 'Was das Gerät signiert hat, ist nicht, was verlangt war.',
    user: HELP_DESK,
    variants: {
      attestation: { cause: 'Kein vertrauenswürdiger Hersteller bürgt für das Gerät.' },
      known: { cause: 'Derselbe Passkey ist bereits registriert.' },
      unusable: {
        cause: 'Das Gerät signiert nicht mit dem Passkey, den es eben erstellt hat.',
      },
    },
  },
  PASSKEY_EXPIRED: {
    message: 'Das Erstellen des Passkeys dauerte zu lange.',
    cause: 'Der Dienst wartet nur wenige Minuten.',
    user: 'Versuchen Sie es erneut.',
  },
  PASSKEY_NOT_PROVED: {
    message: 'Es ist nicht nachgewiesen, dass der neue Passkey auf diesem Gerät ist.',
    cause:
      'Der Browser hat ihn vielleicht auf einem anderen Sicherheitsschlüssel erstellt; Ihre Organisation verlangt einen Nachweis.',
    user: 'Stellen Sie sicher, dass nur dieses Gerät angeschlossen ist, oder wenden Sie sich an Ihren Helpdesk.',
  },
  PASSKEY_FORBIDDEN: {
    message: 'Ihre Organisation erlaubt auf Geräten dieser Art keine Passkeys.',
    cause: 'Das Passkey-Profil Ihres Kontos schließt das Modell aus oder verlangt dessen Nachweis.',
    user: ANOTHER_DEVICE,
  },
  PASSKEY_LOGIN_REFUSED: {
    message: 'Sie können sich mit diesem Passkey nicht anmelden.',
    cause: 'Er ist hier nicht registriert, oder sein Gerät ist nicht aktiv.',
    user: 'Versuchen Sie es erneut mit einem anderen Passkey, oder verwenden Sie Ihr Passwort.',
  },
};
