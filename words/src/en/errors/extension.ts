import type { ErrorText } from '../../error-text.js';

/** Words for the errors 2000 to 2999. */
export const extensionErrors = {
  EXTENSION_MISSING: {
    cause:
      'It is not installed, is switched off, may not run on this site or in private windows, or was installed after this page was opened.',
    user: 'Install the extension or switch it on, and allow it on this site. In a private window, allow it there too. Then reload this page.',
  },
  SITE_NOT_GRANTED: {
    cause: 'You were not asked yet, you said no, or your administrator blocks the site.',
    user: 'Try again, and choose “Allow” when Cardwright asks.',
    variants: {
      denied: {
        message: 'You did not allow this site to use your devices.',
        cause: "You chose “Don't allow”, or closed the question.",
        user: 'Open the Cardwright extension from the toolbar and choose “Let this site ask again”. Then try again.',
      },
      blocked: {
        message: 'Your administrator blocks this site from using your devices.',
        cause: 'A policy names the sites that may use them.',
        user: 'Contact your help desk.',
      },
    },
  },
  PERMISSION_DENIED: {
    cause: 'The site was granted less than it now uses.',
    user: 'Choose “Revoke” beside the site in the extension menu. Then try again, and allow what it asks for.',
  },
  CMS_KEYS_UNAVAILABLE: {
    cause: 'The site does not serve /.well-known/cardwright, or it is not a JWK set.',
    user: 'Contact your help desk.',
  },
  USER_CANCELLED: {
    cause: 'You closed the window or chose “Cancel”.',
    user: "Try again when you're ready.",
  },
  WINDOW_NOT_ALLOWED: {
    cause: 'The page is not in front, or another Cardwright window is open.',
    user: 'Close the other window, bring this page to the front and try again.',
  },
  INSECURE_CONTEXT: {
    cause: 'Cardwright works on https pages and on localhost, in the top frame only.',
    user: 'Open the page by its https address.',
  },
  USER_TIMEOUT: {
    cause: 'Nothing was entered in time.',
    user: "Try again when you're ready.",
  },
  EXTENSION_LOST: {
    cause: 'The browser stopped, updated or switched off the extension.',
    user: 'Try again.',
  },
  TOO_MANY_SESSIONS: {
    cause: 'A tab can have eight sessions at once, because each may start a host.',
    user: 'Reload the page.',
  },
  POLICY_CHANGED: {
    cause: 'A session ends when the policy under which it was opened changes.',
    user: 'Try again.',
  },
  EXTENSION_UPDATED: {
    cause: 'The browser updated it.',
    user: 'Reload the page.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
