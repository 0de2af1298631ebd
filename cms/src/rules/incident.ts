/** Incidents that the owner of a device can report. */
export type Incident = 'lost' | 'stolen' | 'damaged' | 'left-at-home';

interface IncidentRule {
  /** True if the owner can take the report back. */
  readonly canTakeBack: boolean;
  /** True if the owner can have the device replaced. */
  readonly canReplace: boolean;
  /** True if the report makes the passkeys of the device due for removal. A service such as Entra ID cannot suspend a passkey. */
  readonly removesPasskeys: boolean;
  /** Revocation reason of the certificates once the device has ended. */
  readonly ended: 'cessationOfOperation' | 'superseded' | 'keyCompromise';
  /** Incidents that the owner can report afterwards. */
  readonly next: readonly Incident[];
}

/** The rule of each incident. No way leads from an incident that cannot be taken back to one that can. */
export const INCIDENTS: Readonly<Record<Incident, IncidentRule>> = {
  'left-at-home': {
    canTakeBack: true,
    canReplace: false,
    removesPasskeys: false,
    ended: 'cessationOfOperation',
    next: ['lost', 'stolen', 'damaged'],
  },
  lost: {
    canTakeBack: true,
    canReplace: true,
    removesPasskeys: false,
    ended: 'cessationOfOperation',
    next: ['left-at-home', 'stolen', 'damaged'],
  },
  damaged: { canTakeBack: false, canReplace: true, removesPasskeys: false, ended: 'superseded', next: ['stolen'] },
  stolen: { canTakeBack: false, canReplace: true, removesPasskeys: true, ended: 'keyCompromise', next: [] },
};

const isIncident = (name: string): name is Incident => Object.hasOwn(INCIDENTS, name);

/** All incidents, in the order in which pages offer them. */
export const INCIDENT_NAMES: readonly Incident[] = Object.keys(INCIDENTS).filter(isIncident);

/** Returns the incidents that the owner of a device can report after this one; null: after none. */
export const incidentsAfter = (incident: Incident | null): readonly Incident[] =>
  incident === null ? INCIDENT_NAMES : INCIDENTS[incident].next;

/** Columns of a device about which nothing was reported, and that replaces no other device. */
export const NO_INCIDENT = {
  incident: null,
  replacementAskedAt: null,
  replaces: null,
} as const;
