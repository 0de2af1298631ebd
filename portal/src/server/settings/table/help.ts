import { helpDesk } from '@cardwright/protocol/policy';
import { text } from '../setting.js';

const { name, phone, email, url, extension, windows, macos, linux } = helpDesk.entries;
const HTTPS = 'an https address';
const nothing = (): undefined => undefined;

/** The help desk, and the sources of missing software. */
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
};
