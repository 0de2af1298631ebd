import type { expiryDates as english } from '../../en/operator/expiry-dates.js';
import type { Partly } from '../../partly.js';

export const expiryDates: Partly<typeof english> = {
  intro:
    'Was in dieser Installation abläuft, außer den Zertifikaten der Geräte. Eine Warnung beginnt 60 Tage vor dem Ende, oder wenn von einer Laufzeit unter 180 Tagen ein Drittel übrig ist.',
  kind: 'Art',
  name: 'Name',
  ends: 'Ende',
  urgency: { later: 'Gültig', soon: 'Läuft bald ab', expired: 'Abgelaufen' },
  kinds: {
    authority: {
      title: 'Die Zertifizierungsstelle',
      advice:
        'Erneuern Sie sie: die eingebaute Zertifizierungsstelle mit „cardwright-portal authority renew“, jede andere dort, wo sie betrieben wird. Kein Zertifikat von ihr gilt länger als sie selbst, und nach ihrem Ende wird keines mehr ausgestellt.',
    },
    crl: {
      title: 'Die Sperrliste (CRL)',
      advice: 'Suchen Sie im Protokoll des Portals, warum keine neue Liste entsteht.',
    },
    'registration-authority': {
      title: 'Die Registrierungsstelle für Telefone',
      advice: 'Lassen Sie ein neues Zertifikat ausstellen, und starten Sie das Portal neu.',
    },
    'profile-signature': {
      title: 'Ein Zertifikat der Signatur von Profilen',
      advice: 'Erneuern Sie es, und starten Sie das Portal neu.',
    },
    'device-authority': {
      title: 'Eine Zertifizierungsstelle für Telefone',
      advice:
        'Holen Sie die „iPhone device authorities“ von Apple, nennen Sie ihre Dateien in „deviceAuthorities“, und starten Sie das Portal neu.',
    },
    vendor: {
      title: 'Ein Herstellerzertifikat in einer Geräterichtlinie',
      advice:
        'Importieren Sie die neueren Zertifikate des Herstellers auf der Seite Geräterichtlinie. Nach dem Ende weisen seine Geräte nichts mehr nach.',
    },
    'passkey-vendor': {
      title: 'Ein Herstellerzertifikat eines Passkey-Dienstes',
      advice:
        'Holen Sie die neueren Zertifikate des Herstellers, nennen Sie ihre Dateien beim Passkey-Dienst, und starten Sie das Portal neu.',
    },
    'passkey-service': {
      title: 'Das Zertifikat, mit dem sich das Portal bei einem Passkey-Dienst anmeldet',
      advice: 'Erstellen Sie ein neues, hinterlegen Sie es beim Dienst, und starten Sie das Portal neu.',
    },
    'directory-authority': {
      title: 'Eine Zertifizierungsstelle des Verzeichnisservers',
      advice: 'Nennen Sie ein neueres Zertifikat in „ca“ des Verzeichnisses, und starten Sie das Portal neu.',
    },
  },
};
