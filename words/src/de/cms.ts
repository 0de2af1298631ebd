import type { words as english } from '../en/cms.js';
import type { Partly } from '../partly.js';
import { plural } from '../plural.js';
import { models } from './dialogs/models.js';

const count = plural('de');

const loss = (slots: number): string =>
  slots === 0
    ? 'gehen seine Schlüssel und seine PIN endgültig'
    : count(slots, {
        one: 'gehen seine Zertifikate (in einem Slot), Schlüssel und PIN endgültig',
        other: `gehen seine Zertifikate (in ${slots} Slots), Schlüssel und PIN endgültig`,
      });

export const words: Partly<typeof english> = {
  reasons: {
    held: 'Ein anderes Programm verwendet dieses Gerät.',
    unresponsive: 'Dieses Gerät antwortet nicht.',
    'no-application': 'Dieses Gerät hat keine Anwendung, die Cardwright kennt.',
    'no-piv': 'Dieses Gerät hat keine PIV-Anwendung, die Ihre Organisation verlangt.',
    'passkeys-alone':
      'Ihre Organisation richtet auf Geräten dieser Art nur Passkeys ein; dieses hat aber auch eine PIV-Anwendung.',
    'contact-needed': 'Dieses Gerät kann nur in einem Kartenleser mit Kontakten eingerichtet werden.',
    'model-not-issued': 'Ihre Organisation verwendet Geräte dieser Art nicht.',
    'attestation-needed':
      'Dieses Gerät kann nicht nachweisen, wo seine Schlüssel erzeugt wurden; Ihre Organisation verlangt das.',
    'management-key-fixed':
      'Der Verwaltungsschlüssel dieses Geräts lässt sich nicht ändern; Ihre Organisation verlangt das.',
    'keys-cannot-sign':
      'Ein Schlüssel dieses Geräts kann seinen Zertifikatsantrag nicht signieren. Verwenden Sie ein anderes Gerät, oder bitten Sie Ihren Helpdesk um einen neuen Versuch.',
    'passkey-model-forbidden': 'Ihre Organisation erlaubt auf Geräten dieses Modells keine Passkeys.',
    'passkey-attestation-forbidden':
      'Dieses Gerät kann dem Passkey-Dienst seine Herkunft nicht nachweisen; Ihre Organisation verlangt das.',
    'passkey-person-forbidden':
      'Der Passkey-Dienst erlaubt Ihrem Konto keine Passkeys. Wenden Sie sich an Ihren Helpdesk.',
    'passkey-service-forbidden': 'Der Passkey-Dienst nimmt keine neuen Passkeys an. Wenden Sie sich an Ihren Helpdesk.',
    'passkey-way-missing':
      'Auf diesem Gerät lässt sich an diesem Computer auf keine Art, die Ihre Organisation erlaubt, ein Passkey erstellen.',
    'passkey-service-unknown':
      'Dieses Portal ist nicht mit dem Dienst verbunden, für den das Gerät einen Passkey bekommen soll. Wenden Sie sich an Ihren Helpdesk.',
    'issued-to-you': 'Dieses Gerät ist bereits für Sie eingerichtet.',
    'issued-to-another': 'Dieses Gerät gehört jemand anderem.',
    suspended: 'Dieses Gerät ist vorübergehend gesperrt. Bitten Sie Ihren Helpdesk, die Sperre aufzuheben.',
    pending: 'Die PIN dieses Geräts ist nicht festgelegt. Bitten Sie Ihren Helpdesk, es zu aktivieren.',
    'awaiting-approval': 'Dieses Gerät wartet, bis Ihr Helpdesk es genehmigt hat.',
    declined: 'Ihr Helpdesk hat dieses Gerät abgelehnt. Bitten Sie ihn um einen neuen Versuch.',
    terminated: 'Dieses Gerät wurde stillgelegt. Ihr Helpdesk kann es zur Neueinrichtung freigeben.',
    'not-issued': 'Dieses Gerät wurde hier nie eingerichtet.',
    'state-refuses': 'Der Zustand des Geräts erlaubt das nicht.',
    'no-login-certificate':
      'Dieses Gerät hat kein gültiges Zertifikat für die Anmeldung und kann darum nicht zeigen, dass Sie da sind.',
    'no-certificate-to-renew': 'Dieses Gerät hat kein Zertifikat, das sich erneuern lässt.',
    'renewal-not-due': 'Die Zertifikate dieses Geräts sind noch länger gültig. Sie lassen sich noch nicht erneuern.',
    'renewal-needs-new-keys':
      'Die Regeln Ihrer Organisation für Schlüssel haben sich geändert, seit dieses Gerät eingerichtet wurde. Darum lassen sich seine Zertifikate nicht erneuern. Aktualisieren Sie es stattdessen. Wird das nicht angeboten, geben Sie es zurück, und richten Sie es neu ein.',
    'renewal-slot-taken':
      'Jemand hat einen eigenen Schlüssel in Slot 95 dieses Geräts gelegt, in dem die Erneuerung neue Schlüssel erzeugt. Es wurde nichts geändert. Fragen Sie Ihren Helpdesk.',
    'renewal-loses-old-key':
      'Sein Schlüssel zum Verschlüsseln wird ersetzt, und dieses Gerät kann den alten nicht behalten. Was bisher für Sie verschlüsselt wurde, etwa alte Mail, können Sie dann nicht mehr lesen.',
    'retired-slots-full':
      'Dieses Gerät hat keinen Platz mehr für einen weiteren alten Schlüssel, daher lassen sich seine Zertifikate nur auf einem neuen Gerät erneuern. Es wurde nichts geändert. Fragen Sie Ihren Helpdesk.',
    'renewal-key-unknown':
      'Der Schlüssel in Slot 9D dieses Geräts ist nicht der hier eingerichtete. Er ginge verloren, daher wurde nichts geändert. Fragen Sie Ihren Helpdesk.',
    'renewal-device-unknown':
      'Eine unterbrochene Erneuerung hat diesem Gerät keinen Schlüssel gelassen, der zeigt, welches Gerät es ist. Bitten Sie Ihren Helpdesk um eine neue Einrichtung.',
    'update-not-needed': 'Dieses Gerät entspricht schon den Regeln Ihrer Organisation.',
    'update-rules-changed':
      'Die Regeln Ihrer Organisation haben sich inzwischen noch einmal geändert. Was bisher gemacht wurde, gilt. Aktualisieren Sie das Gerät noch einmal.',
    'update-removes-encryption':
      'Sein Zertifikat zum Verschlüsseln wird entfernt, weil Ihre Organisation es nicht mehr verwendet. Programme finden den Schlüssel auf diesem Gerät dann nicht mehr, um zu lesen, was bisher für Sie verschlüsselt wurde, etwa alte Mail.',
    'update-keeps-old-key':
      'Sein Schlüssel zum Verschlüsseln bleibt, wie er ist, obwohl sich die Regeln Ihrer Organisation dafür geändert haben: Dieses Gerät könnte den alten Schlüssel neben einem neuen nicht behalten. Alle anderen Regeln werden umgesetzt.',
    'key-not-new': 'Der Schlüssel ist kein neuer.',
    'no-passkey-to-add': 'Dieses Gerät hat jeden Passkey, den die Regeln Ihrer Organisation für es vorsehen.',
    'no-such-passkey': 'Dieses Gerät hat diesen Passkey nicht mehr.',
    'fido-pin-shared': 'Die FIDO-PIN dieses Geräts ist seine Geräte-PIN. Ändern Sie diese.',
    'device-cannot-prove':
      'Dieses Gerät kann nicht nachweisen, dass es das für Sie eingerichtete ist. Darum lässt sich ihm kein Passkey hinzufügen.',
    'puk-spent':
      'Dieses Gerät kann keine neue PIN mehr bekommen: Ihm wurden zu viele falsche PUKs gegeben. Es lässt sich nur löschen und neu einrichten.',
    'pin-blocked': 'Die PIN dieses Geräts ist blockiert.',
    'broken-off': 'Die Einrichtung wurde unterbrochen.',
    'being-issued': 'Dieses Gerät wird gerade schon eingerichtet.',
    'locked-for-good':
      'PIN und PUK dieses Geräts sind blockiert, und es lässt sich nicht löschen. Fragen Sie Ihren Helpdesk.',
    'locked-unproved':
      'PIN und PUK dieses Geräts sind blockiert, und es kann nicht mehr zeigen, dass es Ihres ist. Fragen Sie Ihren Helpdesk.',
    'locked-erasing-refused':
      'PIN und PUK dieses Geräts sind blockiert, und Ihre Organisation erlaubt nicht, es zu löschen.',
    'puk-spent-for-good':
      'Die PUK dieses Geräts lässt sich nicht mehr verwenden, und das Gerät lässt sich nicht löschen. Fragen Sie Ihren Helpdesk.',
    'puk-spent-erasing-refused':
      'Die PUK dieses Geräts lässt sich nicht mehr verwenden, und Ihre Organisation erlaubt nicht, das Gerät zu löschen.',
    'used-for-good': 'Dieses Gerät wurde schon benutzt und lässt sich nicht löschen.',
    'used-erasing-refused': 'Dieses Gerät wurde schon benutzt, und Ihre Organisation erlaubt nicht, es zu löschen.',
    'attestation-missing': 'Es gibt keinen Nachweis.',
    'attestation-unreadable': 'Der Nachweis ist nicht lesbar.',
    'attestation-unsigned': 'Der Nachweis ist nicht mit dem Nachweisschlüssel signiert.',
    'attestation-root-unknown': 'Der Nachweis führt zu keinem vertrauenswürdigen Stammzertifikat.',
    'attested-serial-missing':
      'Der Nachweis nennt keine Seriennummer; der Schlüssel könnte also in einem anderen Gerät derselben Charge liegen.',
    'attested-key-differs': 'Der nachgewiesene Schlüssel ist ein anderer.',
    'attested-serial-differs': 'Die nachgewiesene Seriennummer ist eine andere.',
    'attested-vendor-differs': 'Der nachgewiesene Hersteller ist ein anderer.',
    'attested-firmware-differs': 'Die nachgewiesene Firmware ist eine andere.',
    'attested-slot-differs': 'Der nachgewiesene Schlüssel liegt in einem anderen Slot.',
    'firmware-missing': 'Der Nachweis nennt die Firmware nicht.',
    'firmware-weak': 'Die Firmware dieses Geräts erzeugt schwache Schlüssel (ROCA).',
    'pin-policy-differs': 'Die PIN-Regel des Schlüssels ist nicht die bestellte.',
    'touch-policy-differs': 'Die Berührungsregel des Schlüssels ist nicht die bestellte.',
    'algorithm-differs': 'Der Schlüssel hat ein anderes Verfahren, als bestellt war.',
    'key-weak': 'Der Schlüssel ist schwach: Andere könnten seinen privaten Teil finden.',
    'public-key-unreadable': 'Der öffentliche Schlüssel ist nicht lesbar.',
    'proof-unsigned': 'Das Gerät hat die Anfrage dieses Portals nicht signiert.',
    'key-of-another-device': 'Dieser Schlüssel hat schon ein Zertifikat auf einem anderen Gerät.',
    'request-unreadable': 'Der Zertifikatsantrag ist nicht lesbar.',
    'request-for-another-key': 'Der Zertifikatsantrag gilt einem anderen Schlüssel.',
    'request-by-another-key': 'Die Signatur ist nicht vom Schlüssel des Zertifikats dieses Geräts.',
    'request-not-fresh': 'Der Zertifikatsantrag beantwortet nicht die Anfrage dieses Portals.',
    'request-unsigned': 'Der Zertifikatsantrag ist nicht mit seinem Schlüssel signiert.',
    'request-hash': 'Der Zertifikatsantrag ist mit einem Hash signiert, der nicht zu SHA-2 gehört.',
    'not-erased': 'Das Gerät wurde nicht vollständig gelöscht.',
    'another-device': 'Es wurde ein anderes Gerät gelöscht als das gewählte.',
  },
  factoryKey: (model, has, refused) =>
    `Der Verwaltungsschlüssel dieses Geräts ist keiner der bekannten: Die Karte ${has === null ? `lehnt ${refused || 'jeden'} ab` : `meldet ${has}`}. Für Ihre Administration: Nehmen Sie ihren Werksschlüssel mit seinem Verfahren in otherManagementKeys der Richtlinie ${model} auf.`,
  counted: {
    'device-limit': (limit) =>
      count(limit, {
        one: 'Sie können ein Gerät haben. Um ein anderes hinzuzufügen, lassen Sie es von Ihrem Helpdesk stilllegen.',
        other: `Sie können ${limit} Geräte haben. Um ein weiteres hinzuzufügen, lassen Sie eines davon von Ihrem Helpdesk stilllegen.`,
      }),
    'erase-used': (slots) => `Es wurde schon benutzt. Beim Löschen ${loss(slots)} verloren.`,
    'erase-puk-spent': (slots) => `Seine PUK lässt sich nicht mehr verwenden. Beim Löschen ${loss(slots)} verloren.`,
    'erase-locked': (slots) => `PIN und PUK sind blockiert. Beim Löschen ${loss(slots)} verloren.`,
  },
  titles: {
    issue: 'Ausstellung',
    changePin: 'Änderung der PIN',
    unlock: 'Neue PIN mit der PUK',
    renew: 'Erneuerung der Zertifikate',
    addPasskey: 'Neuer Passkey',
    removePasskey: 'Entfernen eines Passkeys',
    changeFidoPin: 'Änderung der FIDO-PIN',
    update: 'Aktualisieren',
    erase: 'Rückgabe',
    proveOwner: 'Nachweis der Anwesenheit',
  },
  labels: {
    changePin: 'PIN ändern',
    unlock: 'PIN vergessen?',
    renew: 'Erneuern',
    update: 'Aktualisieren',
    addPasskey: 'Passkey hinzufügen',
    removePasskey: 'Passkey entfernen',
    changeFidoPin: 'FIDO-PIN ändern',
    erase: 'Zurückgeben',
  },
  trust: {
    model: 'Modell',
    notIssued: 'nicht ausgestellt',
    unprovenKeys: 'Geräte, für die kein Hersteller bürgt',
    unproven: {
      refuse: 'abgelehnt',
      supervised: 'gesperrt, bis ein Operator sie genehmigt',
      allow: 'ausgestellt wie jedes andere',
    },
    withoutSerial: 'Geräte, deren Hersteller keine Seriennummer bezeugt',
    approvedBefore: (firmware) => `gesperrt, bis ein Operator sie genehmigt, vor Firmware ${firmware}`,
    asUnproven: 'wie Geräte, für die kein Hersteller bürgt',
    passkeys: 'Passkeys, die nicht nachweislich auf dem Gerät sind',
    accepted: 'angenommen',
    refused: 'abgelehnt',
    newPin: 'Neue PIN mit der PUK',
    needsCode: 'braucht einen Einmalcode eines Operators',
    needsNoCode: 'braucht keinen Code',
    days: 'Tage, für die Zertifikate gelten',
    fixedKey: 'Karten, die ihren Verwaltungsschlüssel nicht ändern können',
    cannotSign: 'Karten, deren Schlüssel in 9D nicht signieren kann',
    whereItCannot: {
      refuse: 'abgelehnt',
      'leave-out': 'ausgestellt ohne Zertifikat in 9D',
      'accept-attested': 'zertifiziert, wo der Hersteller den Schlüssel bezeugt',
    },
    algorithmOf: (slot) => `Algorithmus von ${slot}`,
    noKey: 'kein Schlüssel',
    managementKeyFrom: (firmware) => `Algorithmus des neuen Verwaltungsschlüssels ab Firmware ${firmware}`,
    root: 'Vertrauenswürdiges Stammzertifikat',
    intermediate: 'Zwischenzertifikat',
    notTrusted: 'nicht vertrauenswürdig',
    unreadable: 'nicht lesbar',
    factoryValues: 'Werkswerte',
    set: 'gesetzt',
    none: 'keine',
    others: 'andere',
    factoryPuk: 'Werks-PUK',
    confidential: 'vertraulich',
    notConfidential: 'nicht vertraulich',
  },
  models,
  phases: {
    finished: 'Abgeschlossen',
    checkDevice: 'Ihr Gerät wird geprüft',
    pin: 'Wartet auf Ihre PIN',
    newPin: 'Wartet auf Ihre neue PIN',
    securePuk: 'Ihr Gerät wird gesichert',
    confirmErasure: 'Wartet auf Ihre Bestätigung',
    erase: 'Ihr Gerät wird gelöscht',
    checkErased: 'Es wird geprüft, ob alles gelöscht ist',
    authenticate: 'Ihr Gerät wird entsperrt',
    prepare: 'Ihr Gerät wird für Sie vorbereitet',
    keys: 'Schlüssel werden erzeugt',
    certificates: 'Ihre Zertifikate werden geschrieben',
    fidoPin: 'Wartet auf Ihre FIDO-PIN',
    passkey: 'Ihr Passkey wird eingerichtet',
    removePasskey: 'Ihr Passkey wird entfernt',
  },
};
