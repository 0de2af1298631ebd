import { helpDesk } from '@cardwright/protocol/policy';
import * as v from 'valibot';
import { list, text } from '../setting.js';

const { name, phone, email, url, extension, windows, macos, linux } = helpDesk.entries;
const HTTPS = 'an https address';
const nothing = (): undefined => undefined;

/** An address (RFC 3986) to which a weakness can be reported: of mail, of a page, or of a phone. Web addresses must be https (RFC 9116, 2.5.3). */
const contactAddress = {
  schema: v.pipe(
    v.string(),
    v.maxLength(200),
    v.regex(/^(?:mailto:[!->A-~]+@[!->A-~]+|https:\/\/[!-~]+|tel:\+?[\d-]+)$/),
  ),
  expected: 'addresses that begin with mailto:, https:// or tel:',
};

/** The help desk, the sources of missing software, and the contacts for whoever finds a weakness. */
export const HELP = {
  helpDesk: {
    name: text(
      {
        variable: 'CARDWRIGHT_HELP_DESK_NAME',
        sentence: 'The help desk: its name, which errors tell users to ask.',
        example: 'IT help desk',
      },
      { schema: name.wrapped, expected: 'a name of 100 characters at most' },
      nothing,
    ),
    phone: text(
      { variable: 'CARDWRIGHT_HELP_DESK_PHONE', sentence: 'Its phone number.', example: '+41 44 000 00 00' },
      { schema: phone.wrapped, expected: 'a phone number' },
      nothing,
    ),
    email: text(
      { variable: 'CARDWRIGHT_HELP_DESK_EMAIL', sentence: 'Its mail address.', example: 'help@example.com' },
      { schema: email.wrapped, expected: 'a mail address' },
      nothing,
    ),
    url: text(
      { variable: 'CARDWRIGHT_HELP_DESK_URL', sentence: 'Its page.', example: 'https://help.example.com' },
      { schema: url.wrapped, expected: HTTPS },
      nothing,
    ),
    extension: text(
      {
        variable: 'CARDWRIGHT_DOWNLOAD_EXTENSION',
        sentence: 'Where users get the extension: its page in the store.',
        example: 'https://it.example.com/extension',
      },
      { schema: extension.wrapped, expected: HTTPS },
      nothing,
    ),
    windows: text(
      {
        variable: 'CARDWRIGHT_DOWNLOAD_WINDOWS',
        sentence: 'Where users get the host for Windows.',
        example: 'https://it.example.com/cardwright.msi',
      },
      { schema: windows.wrapped, expected: HTTPS },
      nothing,
    ),
    macos: text(
      {
        variable: 'CARDWRIGHT_DOWNLOAD_MACOS',
        sentence: 'Where users get the host for macOS.',
        example: 'https://it.example.com/cardwright.pkg',
      },
      { schema: macos.wrapped, expected: HTTPS },
      nothing,
    ),
    linux: text(
      {
        variable: 'CARDWRIGHT_DOWNLOAD_LINUX',
        sentence: 'Where users get the host for Linux.',
        example: 'https://it.example.com/cardwright.deb',
      },
      { schema: linux.wrapped, expected: HTTPS },
      nothing,
    ),
  },
  securityContacts: list(
    {
      variable: 'CARDWRIGHT_SECURITY_CONTACTS',
      sentence: 'Where a weakness of your portal can be reported: `/.well-known/security.txt` names these addresses.',
      example: 'mailto:security@example.com',
      standard: 'no such file',
    },
    contactAddress,
  ),
};
