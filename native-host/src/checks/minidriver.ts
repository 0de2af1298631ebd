import type { DeviceInfo } from '@cardwright/protocol/devices';

/**
 * True if nothing but Yubico's Windows minidriver has changed a factory-fresh card. The minidriver blocks the PUK and sets a management key of
 * its own (docs.yubico.com, minidriver).
 *
 * An issuer would also set the PIN or write objects, so a card with its factory PIN and without objects was not issued. Wrong tries can also
 * block the PUK, but do not change the management key.
 */
export const isChangedByMinidriver = ({ model, certificates, guid, pin, puk, managementKey }: DeviceInfo): boolean =>
  model === 'yubikey' &&
  puk?.blocked === true &&
  managementKey?.isDefault === false &&
  pin?.isDefault === true &&
  certificates.length === 0 &&
  guid === null;
