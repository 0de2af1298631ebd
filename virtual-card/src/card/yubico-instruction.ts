/** Yubico's own instruction bytes (developers.yubico.com/PIV/Introduction/Yubico_extensions.html). */
export const YubicoIns = {
  moveKey: 0xf6,
  getMetadata: 0xf7,
  getSerial: 0xf8,
  attest: 0xf9,
  setRetries: 0xfa,
  reset: 0xfb,
  getVersion: 0xfd,
  importKey: 0xfe,
  setManagementKey: 0xff,
} as const;
