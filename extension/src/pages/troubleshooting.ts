/** Where the remedies for every error stand. */
export const TROUBLESHOOTING_URL = 'https://cardwright.org/docs/troubleshooting';
