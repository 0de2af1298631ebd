/** Environment variable with the path of the Unix socket on which the keeper of the tests' shared parts listens. */
export const KEEPER = 'CARDWRIGHT_KEEPER';
