/**
 * Writes the manual page of a program in the macros of man(7).
 *
 * @param {import('./manual-page.mjs').Manual} manual
 */
export function manualPage({ program, section, source, purpose, commands, general, files, examples, exitStatus }) {
  return [
    `.TH ${program.toUpperCase()} ${section} "" "${source}" "${TITLES[section]}"`,
    '.SH NAME',
    `${plain(program)} \\- ${plain(purpose)}`,
    '.SH SYNOPSIS',
    `.B ${plain(program)}`,
    plain('COMMAND [OPTIONS]'),
    '.SH COMMANDS',
    ...commands.flatMap(describe),
    ...items(general),
    ...(files.length === 0 ? [] : ['.SH FILES', ...items(files)]),
    '.SH EXAMPLES',
    ...items(examples),
    '.SH EXIT STATUS',
    ...exitStatus.map(plain),
    '',
  ].join('\n');
}

/** Names of the sections of the manual (man-pages(7)). */
const TITLES = { 1: 'User Commands', 8: 'System Management Commands' };

/**
 * Describes a command. Its options are indented below it.
 *
 * @param {import('./manual-page.mjs').ManualCommand} command
 */
function describe({ usage, sentences, options }) {
  return [...item(usage, sentences), ...(options.length === 0 ? [] : ['.RS', ...items(options), '.RE'])];
}

/** @param {readonly (readonly [string, string])[]} rows */
const items = (rows) => rows.flatMap(([term, meaning]) => item(term, [meaning]));

/**
 * @param {string} term
 * @param {readonly string[]} sentences
 */
const item = (term, sentences) => ['.TP', `.B ${plain(term).replaceAll('"', '\\(dq')}`, ...sentences.map(plain)];

/**
 * Escapes what roff would read as its own: backslashes, hyphens, and a full stop or apostrophe that begins a line (groff(7)).
 *
 * @param {string} text
 */
const plain = (text) =>
  text
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replace(/^[.']/, (mark) => `\\&${mark}`);
