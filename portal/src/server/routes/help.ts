import {
  TROUBLESHOOTING,
  TROUBLESHOOTING_GROUPS,
  describeError,
  wordsOfCode,
  type ErrorCode,
  type ErrorTexts,
  type TroubleshootingGroup,
} from '@cardwright/protocol';
import { contactLinks, type HelpDesk } from '@cardwright/protocol/policy';
import { LANGUAGES } from '@cardwright/words';
import { words as administrators } from '@cardwright/words/at-once/administrators';
import { words as errors } from '@cardwright/words/at-once/errors';
import { words as troubleshooting } from '@cardwright/words/at-once/troubleshooting';
import type { FastifyInstance } from 'fastify';
import { escapeHtml as text, writePage } from '../html.js';
import type { Sessions } from '../requests/request-guards.js';
import { pageLanguage, VARY } from './chosen-language.js';
import { serve } from './serve.js';
import { HELP_ROUTES } from './table/public.js';

interface Speech {
  readonly words: typeof troubleshooting.english;
  readonly errors: ErrorTexts;
  readonly administrators: Readonly<Record<ErrorCode, string>>;
}

/** Serves the troubleshooting page (`HELP_ROUTES`). */
export function helpRoutes(app: FastifyInstance, sessions: Sessions, helpDesk: HelpDesk): void {
  const pages = new Map(LANGUAGES.map((language) => [language, writeHelpPage(language, helpDesk)]));
  serve(app, sessions, HELP_ROUTES, {
    'GET /help/troubleshooting': async (_input, { request, reply }) => {
      const language = pageLanguage(request, sessions.origin);
      return reply
        .headers({ 'content-language': language, vary: VARY })
        .type('text/html; charset=utf-8')
        .send(pages.get(language));
    },
  });
}

/** Returns the troubleshooting page in one language, as HTML without a script. */
export function writeHelpPage(language: string, helpDesk: HelpDesk): string {
  const speech: Speech = {
    words: troubleshooting.in(language),
    errors: errors.in(language),
    administrators: administrators.in(language),
  };
  const { title, intro, groups } = speech.words;
  const content = `<p>${text(intro)}</p>
      ${contact(helpDesk)}
      <nav aria-label="${text(title)}">
        <ul>${TROUBLESHOOTING_GROUPS.map((group) => `<li><a href="#${group}">${text(groups[group])}</a></li>`).join('')}</ul>
      </nav>
      ${TROUBLESHOOTING_GROUPS.map((group) => section(group, speech)).join('\n')}`;
  return writePage({ language, title, kind: 'help', content, isIndexed: true });
}

function contact(helpDesk: HelpDesk): string {
  const links = contactLinks(helpDesk).map(({ href, label }) => `<a href="${text(href)}">${text(label)}</a>`);
  const parts = [...(helpDesk.name === undefined ? [] : [`<strong>${text(helpDesk.name)}</strong>`]), ...links];
  const line = parts.map((part, index) => `<span>${index === 0 ? '' : '<span class="dot">· </span>'}${part}</span>`);
  return parts.length === 0 ? '' : `<p class="contact"><span class="dotted">${line.join(' ')}</span></p>`;
}

function section(group: TroubleshootingGroup, speech: Speech): string {
  return `<section aria-labelledby="${group}">
        <h2 id="${group}">${text(speech.words.groups[group])}</h2>
        ${TROUBLESHOOTING[group].map((code) => entry(code, speech)).join('\n')}
      </section>`;
}

function entry(code: ErrorCode, { words, errors, administrators }: Speech): string {
  const { number } = describeError(code);
  const { message, cause, user } = wordsOfCode(code, errors);
  const others = Object.values(errors[code].variants ?? {}).map(
    (variant) => `<dd><strong>${text(variant.message ?? message)}</strong> ${text(variant.user ?? user)}</dd>`,
  );
  return `<article id="${code}">
          <h3>${text(message)}</h3>
          <p class="code">${text(words.error)} ${String(number)} · ${code}</p>
          <dl>
            <dt>${text(words.user)}</dt><dd>${text(user)}</dd>${others.join('')}
            <dt>${text(words.cause)}</dt><dd>${withCode(cause)}</dd>
            <dt>${text(words.administrator)}</dt><dd>${withCode(administrators[code])}</dd>
          </dl>
        </article>`;
}

/** Returns a text as HTML, with what stands between backticks (commands and settings) marked as code. */
const withCode = (words: string): string => text(words).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
