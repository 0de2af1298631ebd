import type { LintianOverride } from '../../parts/debian-documents.js';
import { nodeOverrides } from '../../parts/node-overrides.js';
import { HOST_FOLDER } from './tree.js';

/** Errors of lintian in the host's deb that have to stay. */
export const OVERRIDES: readonly LintianOverride[] = [
  ['dir-or-file-in-etc-opt', 'Chrome and Edge look for manifests of native messaging hosts only there.'],
  [
    'file-in-etc-not-marked-as-conffile',
    'Nobody edits these manifests, and they have to go with the package, not when it is purged.',
  ],
  [
    'copyright-file-contains-full-apache-2-license',
    'The works in the bundles ask for their texts, whichever system they are unpacked on.',
  ],
  ...nodeOverrides(HOST_FOLDER),
];
