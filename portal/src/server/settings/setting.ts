import * as v from 'valibot';

/** How a setting is written in `portal.toml`; in the environment all is text. `tables` are JSON there. */
export type Form = 'text' | 'number' | 'list' | 'tables';

/** One row of the table of settings: all that is known of it. */
export interface Setting<T = unknown> {
  /** Its name in the environment and in `portal.env`. */
  readonly variable: string;
  /** For administrators: what it says, in a sentence or two. */
  readonly sentence: string;
  readonly form: Form;
  /** Its value may be, or have in it, what nobody else may know. No message repeats it. */
  readonly isSecret: boolean;
  /** A value to show, as the environment has it. */
  readonly example: string;
  /** What holds where it is not set, in words; empty where nothing does. */
  readonly standard: string;
  /** An empty value is judged like any other, instead of meaning that it is not set. */
  readonly emptyCounts: boolean;
  /**
   * Its value, from what was written.
   *
   * @throws Unfit that says what was expected, and of a secret never what was written
   */
  readonly read: (written: string, environment: NodeJS.ProcessEnv) => T;
  /** Its value where it is not set. */
  readonly otherwise: () => T;
}

/** What each row says of itself, besides its check and its default. */
interface About {
  readonly variable: `CARDWRIGHT_${string}` | 'DATABASE_URL' | 'HOST' | 'PORT';
  readonly sentence: string;
  readonly example?: string;
  readonly standard?: string;
  readonly isSecret?: boolean;
  readonly emptyCounts?: boolean;
}

/** The name of a setting in `portal.toml`, from that in the environment: `CARDWRIGHT_CRL_LIFETIME` is `crl-lifetime`. */
export const keyOf = (variable: string): string =>
  variable
    .replace(/^CARDWRIGHT_/, '')
    .toLowerCase()
    .replaceAll('_', '-');

/** Why a value is none for its setting. */
export class Unfit extends Error {
  override readonly name = 'Unfit';

  /** @param member dotted path of what is wrong in it; empty where it is the whole */
  constructor(
    readonly what: string,
    readonly member = '',
  ) {
    super(member === '' ? what : `${member} ${what}`);
  }
}

/** A text that a schema takes; `expected` says which. */
export const text = <T, N>(
  about: About,
  { schema, expected }: { readonly schema: v.GenericSchema<string, T>; readonly expected: string },
  otherwise: () => N,
): Setting<T | N> => setting('text', about, (written) => check(schema, written, expected), otherwise);

/** A whole number; its value is in the smallest unit, as in milliseconds for seconds. */
export const number = (
  { standard, ...about }: Omit<About, 'standard'> & { readonly standard: number },
  { least = 0, most, unit = 1 }: { readonly least?: number; readonly most: number; readonly unit?: number },
): Setting<number> => {
  const digits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(least), v.maxValue(most));
  return setting(
    'number',
    { example: String(standard), emptyCounts: true, ...about, standard: String(standard) },
    (written) => unit * check(digits, written, `a whole number from ${least} to ${most}`),
    () => unit * standard,
  );
};

/** Several texts, which commas separate in the environment. */
export const list = (
  about: About,
  { schema, expected }: { readonly schema: v.GenericSchema<string, string>; readonly expected: string },
): Setting<readonly string[]> =>
  setting(
    'list',
    about,
    (written) =>
      written
        .split(',')
        .map((one) => one.trim())
        .map((one) => check(schema, one, expected)),
    () => [],
  );

/** Tables in `portal.toml`; in the environment JSON, or in both the path of a file with it, unless it is a secret. */
export const tables = <S extends v.GenericSchema, T, N>(
  about: About,
  schema: S,
  finish: (written: v.InferOutput<S>, environment: NodeJS.ProcessEnv) => T,
  otherwise: () => N,
  readFile?: (path: string) => string,
): Setting<T | N> =>
  setting(
    'tables',
    about,
    (written, environment) => {
      const isPath = readFile !== undefined && !/^\s*[[{]/.test(written);
      const json = isPath ? refer(() => readFile(written.trimStart())) : written;
      const value = check(schema, parse(json));
      return refer(() => finish(value, environment));
    },
    otherwise,
  );

/** Text that is read in a way of its own. */
export const setting = <T, N>(
  form: Form,
  about: About,
  read: Setting<T>['read'],
  otherwise: () => N,
): Setting<T | N> => ({
  form,
  isSecret: false,
  example: '',
  standard: '',
  emptyCounts: false,
  ...about,
  read,
  otherwise,
});

/** Reads what a setting refers to. */
export function refer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unfit) throw error;
    throw new Unfit(error instanceof Error ? error.message : 'it cannot be read');
  }
}

export function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // What the parser says quotes the text.
    throw new Unfit('is not JSON');
  }
}

/** Says where in the value something is wrong, never with what: that may be a password. */
export function check<S extends v.GenericSchema>(schema: S, value: unknown, expected?: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const member = v.getDotPath(issue) ?? '';
  if (issue.expected === 'never') throw new Unfit('does not belong there', member);
  throw new Unfit(`expected ${expected ?? issue.expected ?? issue.message.replace(/^expected /, '')}`, member);
}
