import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import type { SupportBundle } from '@cardwright/protocol/trace';
import { browser } from '../../browser.js';
import type { HostDiagnosis, PastEvents } from '../../own-answer.js';
import { describePolicy, policyFor, sitesOfPolicy, unreadableInPolicy } from '../../policy/policy-in-force.js';
import { listRemembered } from '../../remembered-answers.js';
import { shownVersion } from '../../shown-version.js';

/** Requests to the background, for those parts of a support file that an extension page cannot read itself. */
export interface BundleSources {
  readonly diagnoseHost: () => Promise<HostDiagnosis>;
  /** Reads the past events of one site, or of all sites if `origin` is null. */
  readonly readPastEvents: (origin: string | null) => Promise<PastEvents>;
}

/** Maximum length of a check's detail, and of the browser's name, in characters. */
const MAX_TEXT = 400;

/**
 * Returns the support file for a help desk: installed versions, checks, policy, failures and trace. If a site asked, the file contains about
 * other sites only what the administrator's policy says about them, and how many of them the user granted.
 *
 * @param origin the site whose user needs help; null if no site asked. The file then contains the failures of all sites, without the names of
 * the sites, and the whole trace.
 */
export async function makeSupportBundle(
  origin: string | null,
  { diagnoseHost, readPastEvents }: BundleSources,
): Promise<SupportBundle> {
  const [host, site, environment] = await Promise.all([diagnoseHost(), checkSites(origin), describeEnvironment()]);
  return {
    format: 'cardwright-support',
    version: 1,
    made: Date.now(),
    madeBy: 'extension',
    versions: { extension: PRODUCT_VERSION, host: host.version },
    environment,
    checks: [passed('extension', `Version ${shownVersion()}.`), ...site, ...hostChecks(host)],
    policy: await describePolicy(),
    ...(await readPastEvents(origin)),
    log: [],
  };
}

async function describeEnvironment(): Promise<Record<string, string>> {
  const { os, arch } = await browser.runtime.getPlatformInfo();
  return { browser: shorten(navigator.userAgent), system: `${os} ${arch}`, language: browser.i18n.getUILanguage() };
}

/** Checks what the extension itself can check: the policy, the site's access, and the number of other sites that the user granted. */
async function checkSites(origin: string | null): Promise<DiagnosticCheck[]> {
  const byPolicy = await sitesOfPolicy();
  const remembered = (await listRemembered()).filter(([, { granted }]) => granted.length > 0);
  const others = remembered.filter(([one]) => one !== origin).length;
  return [
    policyCheck(byPolicy.length, await unreadableInPolicy()),
    ...(origin === null ? [] : [await checkSite(origin, remembered.find(([one]) => one === origin)?.[1].granted)]),
    passed('sites', `Other sites that the user granted: ${others}.`),
  ];
}

const policyCheck = (sites: number, unreadable: readonly string[]): DiagnosticCheck =>
  unreadable.length === 0
    ? passed('policy', `Sites that it grants: ${sites}.`)
    : { id: 'policy', outcome: 'failed', code: null, detail: shorten(`Not readable: ${unreadable.join(', ')}.`) };

async function checkSite(origin: string, byUser: readonly string[] = []): Promise<DiagnosticCheck> {
  const { verdict, classes } = await policyFor(origin);
  const granted = verdict === 'granted' ? classes : verdict === 'silent' ? byUser : [];
  if (granted.length > 0) return passed('site', `${origin}: ${granted.join(', ')}`);
  const why = verdict === 'blocked' ? 'policy blocks it' : 'it was not allowed yet';
  return { id: 'site', outcome: 'failed', code: 'SITE_NOT_GRANTED', detail: shorten(`${origin}: ${why}`) };
}

/** Returns a check of the host itself, followed by the checks that the host made. If the host does not work, returns only the check of the host. */
const hostChecks = ({ problem, version, checks }: HostDiagnosis): DiagnosticCheck[] =>
  problem === null
    ? [passed('host', `Version ${version ?? 'unknown'} answers.`), ...checks]
    : [{ id: 'host', outcome: 'failed', code: problem.data.name, detail: shorten(problem.message) }];

const passed = (id: string, detail: string): DiagnosticCheck => ({
  id,
  outcome: 'passed',
  code: null,
  detail: shorten(detail),
});

const shorten = (text: string): string => text.slice(0, MAX_TEXT);
