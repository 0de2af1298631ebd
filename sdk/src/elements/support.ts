import { downloadAddress, helpAddress, type CardwrightError, type HelpDesk } from '@cardwright/protocol';

/** What an organisation adds to every error: a page with more help, and whom to ask. */
export interface Support {
  /** Address of the troubleshooting page, `#CODE` is appended; https or of the page's own origin. Empty: no link. */
  readonly help: string;
  readonly helpDesk: HelpDesk;
}

/** Address of the error's entry, where there is a page with it. */
export const entryOf = ({ help }: Support, { code }: CardwrightError): string | null =>
  help === '' ? null : helpAddress(help, code, document.baseURI);

/** Where the user gets what the error says is missing. */
export const installerFor = ({ helpDesk }: Support, { install }: CardwrightError): string | undefined =>
  install && downloadAddress(install, helpDesk, platform());

const platform = (): string => {
  const { userAgentData }: Navigator & { readonly userAgentData?: { readonly platform: string } } = navigator;
  // Firefox and Safari have no userAgentData; the old property says enough there.
  return userAgentData?.platform ?? navigator.platform;
};
