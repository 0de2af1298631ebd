import * as v from 'valibot';

/** Makes a line of the log from a record, which is a JSON object with a line break at its end. */
export type LineForm = (json: string) => string;

/** Priorities of syslog (RFC 5424, 6.2.1), by the levels of the log. */
const PRIORITIES = { error: 3, warn: 4, info: 6, debug: 7 } as const;

const record = v.pipe(
  v.string(),
  v.parseJson(),
  v.objectWithRest(
    {
      level: v.picklist(['error', 'warn', 'info', 'debug']),
      time: v.string(),
      message: v.string(),
    },
    v.union([v.string(), v.number(), v.array(v.string())]),
  ),
);

/**
 * Characters that could begin a line, command a terminal or hide text: controls (also those of 8 bits, which JSON leaves as they are), separators of
 * lines, and what changes the direction of text.
 */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Writes hidden characters as JSON escapes them. */
const escapeHidden = (text: string): string =>
  text.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The record itself, in one line. */
const jsonLine: LineForm = (json) => escapeHidden(json.trimEnd());

/** Text for people: the sentence, then each fact as `name=value`. A value with other characters than those of names and numbers is in quotation marks. */
export const plainLine: LineForm = (json) => sentenceOf(v.parse(record, json));

/** Text for people, with time and level in front. */
const datedLine: LineForm = (json) => {
  const one = v.parse(record, json);
  return `${one.time} ${one.level} ${sentenceOf(one)}`;
};

/** Members of a record that are no facts. */
const FIRST: ReadonlySet<string> = new Set(['level', 'time', 'message']);

function sentenceOf(one: v.InferOutput<typeof record>): string {
  const facts = Object.entries(one).filter(([name]) => !FIRST.has(name));
  return escapeHidden([one.message, ...facts.map(([name, value]) => `${name}=${valueOf(value)}`)].join(' '));
}

function valueOf(value: string | number | readonly string[]): string {
  const text = typeof value === 'object' ? value.join(', ') : String(value);
  return /^[\w.:/@{}-]+$/.test(text) ? text : JSON.stringify(text);
}

/** The forms of lines, by their names in the settings. Text for journald has no time, because journald adds its own. */
export const LINE_FORMS: Readonly<Record<'text' | 'json', (isJournal: boolean) => LineForm>> = {
  text: (isJournal) => (isJournal ? plainLine : datedLine),
  json: () => jsonLine,
};

/** Adds the level in front of each line as journald reads and removes it (sd-daemon(3)), so that `journalctl --priority` chooses by it. */
export const withPriorities =
  (form: LineForm): LineForm =>
  (json) =>
    `<${PRIORITIES[v.parse(record, json).level]}>${form(json)}`;
