import type { CardwrightError } from '@cardwright/protocol';
import { downloadAddress, helpAddress, type HelpDesk } from '@cardwright/protocol/policy';

/** An organisation's additions to every error on a screen: a page with more help, and a help desk. */
export interface Support {
  /** Address of the troubleshooting page (https, or of the page's own origin), to which `#CODE` is appended; empty if there is no such page. */
  readonly help: string;
  readonly helpDesk: HelpDesk;
}

/**
 * Returns the address of the error's entry on the troubleshooting page; null if there is no such page, or its address is not allowed
 * (`helpAddress`).
 */
export const entryOf = ({ help }: Support, { code }: CardwrightError): string | null =>
  help === '' ? null : helpAddress(help, code, document.baseURI);

/**
 * Returns the address from which the software that the error reports as missing can be installed; undefined if no software is missing, or
 * the help desk names no address.
 */
export const installerFor = ({ helpDesk }: Support, { install }: CardwrightError): string | undefined =>
  install && downloadAddress(install, helpDesk, platform());

const platform = (): string => {
  const { userAgentData }: Navigator & { readonly userAgentData?: { readonly platform: string } } = navigator;
  // Firefox and Safari have no `userAgentData`. There the older property says enough.
  return userAgentData?.platform ?? navigator.platform;
};
