/** Names of the models of devices, by their keys in device policies. The host program uses the English names. */
export const models = {
  yubikey: 'YubiKey',
  compatible: 'YubiKey-compatible device',
  piv: 'PIV smart card',
  fido2: 'Security key',
  unknown: 'Unknown card',
};
