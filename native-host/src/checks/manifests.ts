import type { ErrorCode } from '@cardwright/protocol';
import { findManifests, type FoundManifest } from '../browsers/manifests.js';
import { findBrowsers } from '../browsers/packaging.js';
import type { System } from '../system/system.js';
import { defineCheck, failed, passed, type Finding } from './check.js';

const ID = 'manifest';

/**
 * Checks the manifests by which browsers find the host: which extensions they admit, whether the program that they name can be started, and
 * which browsers have no manifest.
 */
export const manifests = defineCheck({
  id: ID,
  title: 'Manifests',
  summary: 'The manifests by which browsers find the host, and the program that they name.',
  audience: 'doctor',
  async run({ system }) {
    const found = await findManifests(system);
    const findings = found.map((manifest) => findingOf(manifest, system));
    if (found.length === 0) findings.push(failed(ID, 'HOST_MISSING', 'no browser has a manifest of the host', INSTALL));
    const without = findBrowsers(system)
      .filter(({ startsHosts }) => startsHosts)
      .map(({ browser }) => browser)
      .filter((browser) => !found.some(({ browsers }) => browsers.includes(browser)));
    if (found.length > 0 && without.length > 0) {
      findings.push(
        failed(ID, 'HOST_MISSING', `${[...new Set(without)].join(', ')}: no manifest of the host`, INSTALL),
      );
    }
    return findings;
  },
});

const INSTALL = 'Run `cardwright-host install`, or deploy the host for the whole computer.';

/** Remedies for the codes whose general remedy refers to `doctor`, or to more than a manifest. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  HOST_FORBIDDEN:
    'Run `cardwright-host install` (with `--system` for all accounts), which admits the extensions that the host obeys, or deploy the manifest of this version.',
  HOST_START_FAILED: 'Reinstall the host: `cardwright-host install` writes manifest and launcher again.',
};

function findingOf(manifest: FoundManifest, { home }: System): Finding {
  const { browsers, scope, file, extensions, program, trouble } = manifest;
  const short = (text: string): string => (home.length > 1 ? text.replaceAll(home, '~') : text);
  const name = `${browsers.join(', ')} (${scope}): ${short(file)}`;
  if (trouble !== null) return failed(ID, trouble.code, `${name}: ${short(trouble.words)}`, REMEDIES[trouble.code]);
  return passed(ID, `${name} admits ${extensions.join(', ')} and starts ${short(program ?? 'nothing')}`);
}
