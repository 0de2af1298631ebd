import type { DeviceInfo } from '@cardwright/protocol';

/**
 * Whether a card is as Yubico's Windows minidriver leaves a factory-fresh one: it blocks the PUK and sets a management key of its
 * own (docs.yubico.com, minidriver), and nothing else was done. Whoever issues a card also sets its PIN or writes to it, so the
 * factory PIN and the lack of any object exclude that. The same happens to no card by wrong tries alone.
 */
export const isChangedByMinidriver = ({ model, certificates, guid, pin, puk, managementKey }: DeviceInfo): boolean =>
  model === 'yubikey' &&
  puk?.blocked === true &&
  managementKey?.isDefault === false &&
  pin?.isDefault === true &&
  certificates.length === 0 &&
  guid === null;
