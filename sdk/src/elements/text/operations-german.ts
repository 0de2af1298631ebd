import type { OperationTexts } from './operation-text.js';

const CONNECT = {
  connectTitle: 'Schließen Sie Ihr Gerät an',
  connectHint:
    'Stecken Sie Ihre Smartcard in das Lesegerät oder schließen Sie Ihren Sicherheitsschlüssel an. Dann geht es automatisch weiter.',
  chooseTitle: 'Wählen Sie Ihr Gerät',
  chooseOneHint: 'Wählen Sie es aus, um fortzufahren, oder schließen Sie ein anderes an.',
};
const WINDOW = 'Das Fenster gehört zur Cardwright-Erweiterung. Diese Seite erfährt Ihre PIN nie.';
const KEEP_CONNECTED = 'Lassen Sie das Gerät angeschlossen. Es ist gleich bereit.';
const STEPS = { check: 'Computer prüfen', device: 'Gerät prüfen' };

/** What operations say in German. */
export const germanOperations: OperationTexts = {
  issue: {
    title: 'Gerät hinzufügen',
    resume: 'Einrichtung abschließen',
    steps: { ...STEPS, run: 'Gerät ausstellen', pin: 'PIN ändern' },
    search: {
      ...CONNECT,
      notUsable: 'Angeschlossen, aber nicht verwendbar',
      notSupported: 'Dieses Gerät kann nicht ausgestellt werden.',
      chooseHint: 'Mehrere Geräte sind angeschlossen. Welches möchten Sie ausstellen?',
    },
    working: 'Ihr Gerät wird ausgestellt',
    workingHint: 'Das dauert meist ein bis zwei Minuten. Lassen Sie das Gerät angeschlossen.',
    pinTitle: 'Geben Sie Ihre neue PIN im Cardwright-Fenster ein',
    pinHint: WINDOW,
    finishing: 'Ihr Gerät wird aktiviert',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Ausstellung abbrechen?',
    stopHint:
      'Ihr Gerät wurde schon verändert. Wenn Sie jetzt abbrechen, können Sie es erst wieder verwenden, wenn Sie die Ausstellung fortsetzen und abschließen.',
    stopAtPinHint: 'Es fehlt nur noch Ihre PIN. Sie können das Gerät erst verwenden, wenn Sie eine festlegen.',
    stop: 'Ausstellung abbrechen',
    readyTitle: (device) => `Ihr Gerät „${device}“ ist bereit`,
    readyHint: 'Damit melden Sie sich an, signieren Dokumente und öffnen, was für Sie verschlüsselt ist.',
  },
  changePin: {
    title: 'PIN ändern',
    resume: 'PIN ändern',
    steps: { ...STEPS, pin: 'PIN ändern' },
    search: {
      ...CONNECT,
      notUsable: 'Angeschlossen, aber die PIN lässt sich hier nicht ändern',
      notSupported: 'Die PIN dieses Geräts lässt sich hier nicht ändern.',
      chooseHint: 'Mehrere Geräte sind angeschlossen. Für welches möchten Sie eine andere PIN?',
    },
    working: 'Ihre PIN wird geändert',
    workingHint: 'Das dauert einen Moment. Lassen Sie das Gerät angeschlossen.',
    pinTitle: 'Geben Sie Ihre PIN und eine neue im Cardwright-Fenster ein',
    pinHint: WINDOW,
    finishing: 'Ihre PIN wird geändert',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Änderung der PIN abbrechen?',
    stopHint: 'Ihr Gerät bleibt, wie es ist.',
    stopAtPinHint: 'Ihr Gerät bleibt, wie es ist.',
    stop: 'Änderung abbrechen',
    readyTitle: () => 'Ihre PIN ist geändert',
    readyHint: 'Verwenden Sie von jetzt an Ihre neue PIN.',
  },
  unlock: {
    title: 'PIN vergessen',
    resume: 'PIN vergessen',
    steps: { ...STEPS, pin: 'Neue PIN' },
    search: {
      ...CONNECT,
      notUsable: 'Angeschlossen, kann hier aber keine neue PIN bekommen',
      notSupported: 'Dieses Gerät kann hier keine neue PIN bekommen.',
      chooseHint: 'Mehrere Geräte sind angeschlossen. Welches soll eine neue PIN bekommen?',
    },
    working: 'Ihr Gerät wird geprüft',
    workingHint: 'Das dauert einen Moment. Lassen Sie das Gerät angeschlossen.',
    pinTitle: 'Geben Sie Ihre neue PIN im Cardwright-Fenster ein',
    pinHint: WINDOW,
    finishing: 'Ihr Gerät wird gesichert',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Abbrechen?',
    stopHint: 'Ihr Gerät behält seine Schlüssel und Zertifikate. Eine neue PIN können Sie jederzeit wieder anfordern.',
    stopAtPinHint:
      'Ihr Gerät behält seine Schlüssel und Zertifikate. Eine neue PIN können Sie jederzeit wieder anfordern.',
    stop: 'Abbrechen',
    readyTitle: () => 'Ihre neue PIN ist gesetzt',
    readyHint: 'Ihre Schlüssel und Zertifikate sind wie zuvor. Verwenden Sie von jetzt an Ihre neue PIN.',
  },
  other: {
    title: 'Ihr Gerät',
    resume: 'Fortsetzen',
    steps: { ...STEPS, run: 'Ihr Gerät' },
    search: {
      ...CONNECT,
      notUsable: 'Angeschlossen, aber hierfür nicht verwendbar',
      notSupported: 'Dieses Gerät lässt sich hierfür nicht verwenden.',
      chooseHint: 'Mehrere Geräte sind angeschlossen. Welches meinen Sie?',
    },
    working: 'Ihr Gerät wird bearbeitet',
    workingHint: 'Lassen Sie das Gerät angeschlossen.',
    pinTitle: 'Geben Sie Ihre PIN im Cardwright-Fenster ein',
    pinHint: WINDOW,
    finishing: 'Wird abgeschlossen',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Abbrechen?',
    stopHint: 'Ihr Gerät wurde schon verändert. Vielleicht müssen Sie fortfahren, bevor Sie es verwenden können.',
    stopAtPinHint: 'Ihr Gerät wurde schon verändert. Vielleicht müssen Sie fortfahren, bevor Sie es verwenden können.',
    stop: 'Abbrechen',
    readyTitle: (device) => `Ihr Gerät „${device}“ ist bereit`,
    readyHint: '',
  },
};
