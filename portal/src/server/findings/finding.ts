/** The portal's own areas of checks, with the titles that are printed for them, in the order in which they are printed. */
export const OWN_AREAS = {
  configuration: 'Configuration',
  address: 'Public address',
  tls: 'Encryption (TLS)',
  'server-certificate': 'Server certificate',
  reachability: 'Reachability',
  database: 'Database',
  disk: 'Disk',
  clock: 'Clock',
  'sign-in': 'Sign-in',
  accounts: 'Accounts',
  devices: 'Devices',
  authority: 'Certification authority',
  'certificate-policies': 'Certificate policies',
  'registration-authority': 'Registration authority',
  'profile-signature': 'Signature of profiles',
  'device-authorities': 'Apple device authorities',
} as const;

/**
 * The result of a check:
 * - `ok`: nothing to do;
 * - `warning`: the checked part works, but not as well as it could, or not for long;
 * - `problem`: the checked part does not work;
 * - `skipped`: the check could not be made; the text explains why.
 */
export type Outcome = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Finding {
  /** Name of the area: one of the portal's own, or of a feature. */
  readonly area: string;
  readonly outcome: Outcome;
  /** The finding, in one sentence. */
  readonly text: string;
  /** The remedy, in one sentence; null if there is no remedy to give. */
  readonly advice: string | null;
}

/** Returns functions that make the findings of one area. */
export const findingsIn = (area: string) => ({
  ok: (text: string): Finding => ({ area, outcome: 'ok', text, advice: null }),
  warning: (text: string, advice: string): Finding => ({ area, outcome: 'warning', text, advice }),
  problem: (text: string, advice: string): Finding => ({ area, outcome: 'problem', text, advice }),
  skipped: (text: string, advice: string | null = null): Finding => ({ area, outcome: 'skipped', text, advice }),
});
export type Findings = ReturnType<typeof findingsIn>;

/** Returns functions that make the findings of one of the portal's own areas. */
export const findingsOf = (area: keyof typeof OWN_AREAS): Findings => findingsIn(area);
