import { readHelpDesk, type HelpDesk } from '@cardwright/protocol/policy';

/** Path of the portal's own troubleshooting page. */
export const HELP = '/help/troubleshooting';

/** The help desk, which the server wrote into the page. */
export const HELP_DESK: HelpDesk = readHelpDesk(
  parse(document.querySelector<HTMLMetaElement>('meta[name=help-desk]')?.content),
);

function parse(json = '{}'): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The page does not come from a server that filled it in: for example, it was opened from a file.
    return {};
  }
}
