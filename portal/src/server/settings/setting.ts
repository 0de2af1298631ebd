import * as v from 'valibot';

/** The form of a setting in `portal.toml`. In the environment every setting is text, and `tables` are JSON. */
export type Form = 'text' | 'number' | 'list' | 'tables';

/** One row of the table of settings, with everything known about it. */
export interface Setting<T = unknown> {
  /** Name of the variable, in the environment and in `portal.env`. */
  readonly variable: string;
  /** Meaning of the setting in a sentence or two, for administrators. */
  readonly sentence: string;
  readonly form: Form;
  /** Set if the value may be or contain a secret. No message quotes the value of such a setting. */
  readonly isSecret: boolean;
  /** A sample value, as it is written in the environment. */
  readonly example: string;
  /** The default in words; empty if the setting has no default. */
  readonly standard: string;
  /** Set if an empty value is judged like any other value. If not set, an empty value counts as not written. */
  readonly emptyCounts: boolean;
  /**
   * Reads the value from the written text.
   *
   * @throws Unfit with the expected form, and never with the text of a secret
   */
  readonly read: (written: string, environment: NodeJS.ProcessEnv) => T;
  /** Returns the value of the setting if no value was written. */
  readonly otherwise: () => T;
}

/** The description of a row, besides its check and its default. */
interface About {
  readonly variable: `CARDWRIGHT_${string}` | 'DATABASE_URL' | 'HOST' | 'PORT';
  readonly sentence: string;
  readonly example?: string;
  readonly standard?: string;
  readonly isSecret?: boolean;
  readonly emptyCounts?: boolean;
}

/** Converts the name of a variable to the key in `portal.toml`: `CARDWRIGHT_CRL_LIFETIME` becomes `crl-lifetime`. */
export const keyOf = (variable: string): string =>
  variable
    .replace(/^CARDWRIGHT_/, '')
    .toLowerCase()
    .replaceAll('_', '-');

/** Error for a value that does not fit its setting. */
export class Unfit extends Error {
  override readonly name = 'Unfit';

  /** @param member dotted path of the wrong member; empty if the whole value is wrong */
  constructor(
    readonly what: string,
    readonly member = '',
  ) {
    super(member === '' ? what : `${member} ${what}`);
  }
}

/** Makes a setting that is a text. `schema` accepts the text, and `expected` describes it in errors. */
export const text = <T, N>(
  about: About,
  { schema, expected }: { readonly schema: v.GenericSchema<string, T>; readonly expected: string },
  otherwise: () => N,
): Setting<T | N> => setting('text', about, (written) => check(schema, written, expected), otherwise);

/** Makes a setting that is a whole number. Its value is the written number times `unit`, for example milliseconds for written seconds. */
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

/** Makes a setting of several texts. In the environment, the texts are separated by commas. */
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

/**
 * Makes a setting that is written as tables in `portal.toml`, and as JSON in the environment. If `readFile` is given, the path of a JSON file
 * may be written instead.
 */
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

/** Makes a setting with its own function for reading the text. */
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

/**
 * Calls a function that reads the files and variables to which a setting refers.
 *
 * @throws Unfit, also for any other error of the function
 */
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
    // The parser's message is left out, because it quotes the text.
    throw new Unfit('is not JSON');
  }
}

/**
 * Returns the validated value.
 *
 * @param expected description of a valid value; by default what the schema expected
 * @throws Unfit that names the wrong member, but never quotes the value, which may be a password
 */
export function check<S extends v.GenericSchema>(schema: S, value: unknown, expected?: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const member = v.getDotPath(issue) ?? '';
  if (issue.expected === 'never') throw new Unfit('does not belong there', member);
  throw new Unfit(`expected ${expected ?? issue.expected ?? issue.message.replace(/^expected /, '')}`, member);
}
