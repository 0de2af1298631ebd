import type { DeviceInfo } from '@cardwright/protocol/devices';

/**
 * True for a card in the state in which Yubico's Windows minidriver leaves a factory-fresh one: blocked PUK, a management key of the
 * driver's own (docs.yubico.com, minidriver), and nothing else changed.
 *
 * An issuer would also set the PIN or write objects, so the factory PIN and the absence of objects exclude one. Wrong tries alone cannot
 * lead to this state.
 */
export const isChangedByMinidriver = ({ model, certificates, guid, pin, puk, managementKey }: DeviceInfo): boolean =>
  model === 'yubikey' &&
  puk?.blocked === true &&
  managementKey?.isDefault === false &&
  pin?.isDefault === true &&
  certificates.length === 0 &&
  guid === null;
