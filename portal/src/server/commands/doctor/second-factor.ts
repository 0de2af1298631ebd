import type { Configuration } from '../../settings/configuration.js';
import { findingsOf, type Finding } from '../../findings/finding.js';

const { warning } = findingsOf('accounts');

/** Returns a warning if fewer people need a second factor than by default. */
export const checkSecondFactor = ({ secondFactor }: Pick<Configuration, 'secondFactor'>): Finding[] =>
  secondFactor === 'nobody'
    ? [
        warning(
          'Nobody needs a second factor (CARDWRIGHT_SECOND_FACTOR): whoever learns the password of an operator or administrator is one.',
          'Leave the setting out, so that everyone with a role other than user needs a passkey too.',
        ),
      ]
    : [];
