import type { Setting } from './setting.js';
import { CERTIFICATES } from './table/certificates.js';
import { DEVICES } from './table/devices.js';
import { HELP } from './table/help.js';
import { LIMITS } from './table/limits.js';
import { LOG } from './table/log.js';
import { MONITORING } from './table/monitoring.js';
import { ADDRESS, STORAGE } from './table/service.js';
import { SIGN_IN } from './table/sign-in.js';

/** A tree of settings. A setting has the same path in the tree as its value has in the configuration. */
export interface Tree {
  readonly [member: string]: Setting | Tree;
}

/**
 * All settings of the portal. A new setting is a new row in one of these tables. Everything else is derived from the row: the configuration, the
 * checks of `portal.env` and `portal.toml`, the list in docs/operate.md and the files in packages.
 */
export const SETTINGS = {
  ...ADDRESS,
  ...STORAGE,
  ...SIGN_IN,
  ...CERTIFICATES,
  ...DEVICES,
  ...LIMITS,
  ...MONITORING,
  ...LOG,
  ...HELP,
};

/** The settings in the order of the documents. */
export const SECTIONS: readonly { readonly title: string; readonly settings: readonly Setting[] }[] = [
  { title: 'Address', settings: rowsOf(ADDRESS) },
  { title: 'Database, keys and accounts', settings: rowsOf(STORAGE) },
  { title: 'Sign-in', settings: rowsOf(SIGN_IN) },
  { title: 'Certificates', settings: rowsOf(CERTIFICATES) },
  { title: 'Devices', settings: rowsOf(DEVICES) },
  { title: 'Limits', settings: rowsOf(LIMITS) },
  { title: 'Monitoring', settings: rowsOf(MONITORING) },
  { title: 'Log', settings: rowsOf(LOG) },
  { title: 'Help for users', settings: rowsOf(HELP) },
];

/** All settings as a list, in the order of `SECTIONS`. */
export const ROWS: readonly Setting[] = SECTIONS.flatMap(({ settings }) => settings);

/** The values of a tree of settings. A member may be missing if its value can be undefined. */
export type Values<T> =
  T extends Setting<infer V>
    ? V
    : { readonly [K in keyof T as undefined extends Values<T[K]> ? never : K]: Values<T[K]> } & {
        readonly [K in keyof T as undefined extends Values<T[K]> ? K : never]?: Exclude<Values<T[K]>, undefined>;
      };

/** Returns a tree in which each setting is replaced by its value. Members whose value is undefined are left out. */
export function valuesOf<T extends Tree>(tree: T, valueOf: (setting: Setting) => unknown): Values<T>;
export function valuesOf(tree: Tree, valueOf: (setting: Setting) => unknown): unknown {
  const values = Object.entries(tree).map(([member, one]): [string, unknown] => [
    member,
    isSetting(one) ? valueOf(one) : valuesOf(one, valueOf),
  ]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function rowsOf(tree: Tree): readonly Setting[] {
  return Object.values(tree).flatMap((one) => (isSetting(one) ? [one] : rowsOf(one)));
}

function isSetting(one: Setting | Tree): one is Setting {
  return typeof one.variable === 'string';
}
