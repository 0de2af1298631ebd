/** The extension's facts for a host besides origin and keys, for tests that do not need them. */
export const NO_PASSKEYS = {
  relyingParties: [] as string[],
  windowKey: null,
};
