import type { DeviceInfo } from '@cardwright/protocol/devices';

/**
 * True if Yubico's Windows minidriver is all that has changed a factory-fresh card: it blocks the PUK and sets a management key of its own
 * (docs.yubico.com, minidriver).
 *
 * An issuer would also set the PIN or write objects, so a card with its factory PIN and without objects was not issued. Wrong tries of the
 * PUK alone do not change the management key.
 */
export const isChangedByMinidriver = ({ model, certificates, guid, pin, puk, managementKey }: DeviceInfo): boolean =>
  model === 'yubikey' &&
  puk?.blocked === true &&
  managementKey?.isDefault === false &&
  pin?.isDefault === true &&
  certificates.length === 0 &&
  guid === null;
