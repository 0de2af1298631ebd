/** The variable that tells a process of the tests where the keeper of their shared parts listens: a Unix socket's path. */
export const KEEPER = 'CARDWRIGHT_KEEPER';
