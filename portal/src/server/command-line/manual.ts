import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { usageOf } from '../commands/command-facts.js';
import { exampleRows, EXIT_CODES, GENERAL, optionRows, PROGRAM, PURPOSE } from './help.js';
import { ALL_FACTS } from './table.js';

/** The facts of the manual page, cardwright-portal(8), which the package installs. They are those of `--help`, and the places of an installed portal. */
export const PORTAL_MANUAL = {
  program: PROGRAM,
  section: 8,
  source: `Cardwright ${PRODUCT_VERSION}`,
  purpose: PURPOSE.replace(`${PROGRAM} is `, '').replace(/\.$/, ''),
  commands: ALL_FACTS.map((facts) => ({
    usage: usageOf(facts),
    sentences: [facts.summary, ...(facts.more ?? [])],
    options: optionRows(facts),
  })),
  general: GENERAL,
  files: [
    ['/etc/cardwright-portal/portal.toml', 'Has the settings.'],
    ['/etc/cardwright-portal/portal.env', 'Has the same settings as variables, for those who prefer them.'],
    [
      '/etc/cardwright-portal/keys.json',
      'Has the keys, or keys.cred has them encrypted. Without them nothing can be restored.',
    ],
    ['/var/lib/cardwright-portal', 'Is the embedded database, where there is no PostgreSQL.'],
    ['/var/backups/cardwright-portal', 'Has the backups of each night.'],
    ['/usr/share/doc/cardwright-portal/operate.md', 'Explains how to operate the portal.'],
  ],
  examples: ALL_FACTS.flatMap(exampleRows),
  exitStatus: EXIT_CODES,
} as const;
