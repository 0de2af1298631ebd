/** The variable with the address at which the keeper of the tests' shared parts listens: a Unix socket's path. */
export const KEEPER = 'CARDWRIGHT_KEEPER';
