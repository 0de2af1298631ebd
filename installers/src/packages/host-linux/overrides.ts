/** Errors of lintian that have to stay, each with the reason. */
const OVERRIDES = [
  ['dir-or-file-in-etc-opt', 'Chrome and Edge look for manifests of native messaging hosts only there.'],
  [
    'file-in-etc-not-marked-as-conffile',
    'Nobody edits these manifests, and they have to go with the package, not when it is purged.',
  ],
  [
    'copyright-file-contains-full-apache-2-license',
    'The works in the bundles ask for their texts, whichever system they are unpacked on.',
  ],
] as const;

/** Writes the overrides of a Debian package for lintian(1). */
export const lintianOverrides = (name: string): string =>
  OVERRIDES.map(([tag, reason]) => `# ${reason}\n${name}: ${tag}\n`).join('');
