/** Models of devices by their keys in device policies. The English names are those of the host. */
export const models = {
  yubikey: 'YubiKey',
  piv: 'PIV smart card',
  fido2: 'Security key',
  unknown: 'Unknown card',
};
