import { permitsPasskeys } from '../passkeys/open-passkey-services.js';
import { areDistinct, OTHER_POLICY } from '../ca/certificate-policies.js';
import { ENVIRONMENT, placeOfMember, type Place, type Problem } from './problem.js';
import { PLACES, type Settings } from './read-settings.js';
import { Unfit, type Setting } from './setting.js';
import { ROWS, SETTINGS, valuesOf, type Values } from './table.js';

export type SettingValues = Values<typeof SETTINGS>;

/** Rules for several settings together. A broken rule is reported at the place of `setting`. */
const TOGETHER: readonly {
  readonly setting: Setting;
  readonly what: string;
  readonly holds: (values: SettingValues) => boolean;
}[] = [
  {
    setting: SETTINGS.authority.crl.interval,
    what: `expected half of ${SETTINGS.authority.crl.lifetime.variable} at most`,
    holds: ({ authority: { crl } }) => crl.interval <= crl.lifetime / 2,
  },
  {
    setting: SETTINGS.databaseOwnerUrl,
    what: `expected ${SETTINGS.databaseUrl.variable} too, with the role that serves`,
    holds: ({ databaseUrl, databaseOwnerUrl }) => databaseOwnerUrl === null || databaseUrl !== null,
  },
  {
    setting: SETTINGS.monitor.port,
    what: `expected another port than ${SETTINGS.port.variable}`,
    holds: ({ monitor, port }) => monitor.port === 0 || monitor.port !== port,
  },
  {
    setting: SETTINGS.sessionEnds.idle,
    what: `expected ${SETTINGS.sessionEnds.lifetime.variable} at most`,
    holds: ({ sessionEnds: { idle, lifetime } }) => idle <= lifetime,
  },
  {
    setting: SETTINGS.secondFactor,
    what: `expected nobody, because browsers have no passkeys for a portal without a domain name (${SETTINGS.origin.variable})`,
    holds: ({ secondFactor, origin }) => secondFactor === 'nobody' || permitsPasskeys(origin),
  },
  {
    setting: SETTINGS.certificatePolicies.unproved,
    what: OTHER_POLICY,
    holds: ({ certificatePolicies }) => areDistinct(certificatePolicies),
  },
];

/**
 * The values of all settings, or the problems with the settings. The rules for several settings together (`TOGETHER`) are judged only if each
 * setting by itself is right.
 */
export type Judgement =
  | { readonly values: SettingValues }
  | { readonly problems: readonly [Problem, ...(readonly Problem[])] };

/** Reads every setting from the environment, with the files that settings refer to. A setting that was not written gets its default. */
export function judgeSettings(environment: Settings): Judgement {
  const found = new Map<Setting, unknown>();
  const problems: Problem[] = [];
  for (const setting of ROWS) {
    try {
      const written = writtenFor(setting, environment);
      found.set(setting, written === undefined ? setting.otherwise() : setting.read(written, environment));
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      const place = placeOfMember(placeOfSetting(setting, environment), error.member);
      problems.push({ place, what: error.message });
    }
  }
  const [first, ...others] = problems;
  if (first) return { problems: [first, ...others] };
  const values = valuesOf(SETTINGS, (setting) => found.get(setting));
  const [broken, ...more] = TOGETHER.filter(({ holds }) => !holds(values)).map(({ setting, what }): Problem => ({
    place: placeOfSetting(setting, environment),
    what,
  }));
  return broken ? { problems: [broken, ...more] } : { values };
}

/**
 * Returns the text that was written for a setting. Returns undefined if no text was written, so that the default applies. An empty text counts as
 * written only if `emptyCounts` is set; for the form `tables`, a text of blanks is empty too.
 */
export function writtenFor(
  { variable, emptyCounts, form }: Setting,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const written = environment[variable];
  const isEmpty = (form === 'tables' ? written?.trim() : written) === '';
  return isEmpty && !emptyCounts ? undefined : written;
}

export const placeOfSetting = ({ variable }: Setting, environment: Settings): Place =>
  environment[PLACES]?.get(variable) ?? { file: ENVIRONMENT, name: variable };
