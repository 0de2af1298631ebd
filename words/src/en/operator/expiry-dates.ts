/** Words of the page of expiry dates. `kinds` are also in the portal's log and in `cardwright-portal doctor`. */
export const expiryDates = {
  intro:
    'What expires in this installation, besides the certificates of devices. A warning begins 60 days before the end, or when a third of a life of less than 180 days is left.',
  kind: 'Kind',
  name: 'Name',
  ends: 'Ends',
  urgency: { later: 'Valid', soon: 'Ends soon', expired: 'Expired' },
  /** Each kind: its title, and what to do before it ends. */
  kinds: {
    authority: {
      title: 'The certification authority',
      advice:
        'Renew it: the embedded authority by “cardwright-portal authority renew”, any other where it is run. No certificate that it issues ends later than it does, and after its end none is issued.',
    },
    crl: {
      title: 'The list of revoked certificates (CRL)',
      advice: 'Find in the log why no new list can be made.',
    },
    'registration-authority': {
      title: 'The registration authority for phones',
      advice: 'Have the authority issue another certificate, and start the portal again.',
    },
    'profile-signature': {
      title: 'A certificate of the signature of profiles',
      advice: 'Renew it, and start the portal again.',
    },
    'device-authority': {
      title: 'An authority of phones',
      advice:
        'Get Apple’s iPhone device authorities from Apple, name their files in “deviceAuthorities”, and start the portal again.',
    },
    vendor: {
      title: 'A vendor’s certificate in a device policy',
      advice:
        'Import the newer certificates of the vendor on the page Device policy. After the end, its devices prove nothing.',
    },
    'passkey-vendor': {
      title: 'A vendor’s certificate of a passkey service',
      advice:
        'Get the newer certificates of the vendor, name their files in the passkey service, and start the portal again.',
    },
    'passkey-service': {
      title: 'The certificate with which the portal signs in at a passkey service',
      advice: 'Make another one, register it at the service, and start the portal again.',
    },
    'directory-authority': {
      title: 'An authority of the directory’s server',
      advice: 'Name a newer certificate in “ca” of the directory, and start the portal again.',
    },
  },
};
