/** The description of the host in both packages for Linux. */
export const SUMMARY = 'Reaches smart cards for the Cardwright browser extension';

export const DESCRIPTION = [
  'A browser starts this program when a page that its user or administrator',
  'allowed issues or manages a smart card or security key. It is registered with',
  'Chrome, Chromium, Edge, Brave, Vivaldi and Firefox, and brings what runs it.',
];

export const MAINTAINER = 'The Cardwright authors <noreply@cardwright.org>';
