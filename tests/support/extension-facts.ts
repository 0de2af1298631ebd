/** What the extension tells a host besides origin and keys, where a test needs nothing of it. */
export const NO_PASSKEYS = {
  relyingParties: [] as string[],
  windowKey: null,
};
