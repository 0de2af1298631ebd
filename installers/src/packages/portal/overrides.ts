import type { LintianOverride } from '../../parts/debian-documents.js';
import { nodeOverrides } from '../../parts/node-overrides.js';
import { PORTAL_FOLDER } from './tree.js';

/** Errors of lintian in the portal's deb that have to stay. */
export const OVERRIDES: readonly LintianOverride[] = [
  [
    'copyright-file-contains-full-apache-2-license',
    'The works in the bundles ask for their texts, whichever system they are unpacked on.',
  ],
  ...nodeOverrides(PORTAL_FOLDER),
];
