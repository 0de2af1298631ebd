import type { CommandFailure } from '@cardwright/protocol/trace';
import { element } from '../../element.js';
import { readErrorTexts, textOfError } from '../../error-text.js';
import { readPastFailures } from '../../own-background.js';
import { t } from '../../text.js';

/** Maximum number of failures shown. */
const MOST = 8;

/**
 * Describes the commands that failed last at a site, the newest first. The trace may lack the messages of these commands, because without
 * an open inspector nothing is recorded by default.
 *
 * @returns the description; null if nothing has failed
 */
export async function describePastFailures(origin: string): Promise<HTMLElement | null> {
  const [failures, texts] = await Promise.all([readPastFailures(origin), readErrorTexts()]);
  if (failures.length === 0) return null;
  const lines = failures
    .slice(-MOST)
    .toReversed()
    .map((failure) => line(failure, textOfError(failure.code, texts)));
  return element(
    'section',
    { id: 'past' },
    element('h2', {}, t('inspector_past', origin)),
    element('ul', {}, ...lines),
    element('p', {}, t('inspector_past_explained')),
  );
}

const line = ({ at, method, code }: CommandFailure, words: string): HTMLLIElement =>
  element(
    'li',
    {},
    element('time', { datetime: new Date(at).toISOString() }, new Date(at).toLocaleTimeString(t('language'))),
    element('span', {}, words),
    element('span', { class: 'code' }, `${method} · ${code}`),
  );
