import { html } from 'lit';
import type { OperationProgress } from '../../operation.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import { isErasing, type RunFacts } from '../run-facts.js';
import '../stall-clock.js';
import type { Text } from '../text.js';

/** Shows the progress of an operation while the user has nothing to do. */
export interface ProgressPane extends RunFacts {
  readonly name: 'progress';
}

export const progressPane: PaneDefinition<ProgressPane> = {
  step: 'run',
  content: ({ status }, { text, words }) => {
    const progress = Math.round(status?.progress ?? 0);
    return html`<div class="centred">
      ${title(words.working, words.workingHint)}
      <div
        class="bar"
        role="progressbar"
        aria-label=${words.working}
        aria-valuenow=${progress}
        aria-valuemin="0"
        aria-valuemax="100"
      >
        <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          <rect width=${Math.max(progress, 2)} height="1" />
        </svg>
      </div>
      <p class="phase"><span>${activity(text, status)}</span><span class="muted">${text.percent(progress)}</span></p>
      <cardwright-stall-clock mark="${status?.phase?.name} ${progress} ${status?.turn}"></cardwright-stall-clock>
    </div>`;
  },
  announcement: ({ status }, { text }) => (status ? activity(text, status) : ''),
};

/** Describes the current activity in one line: usually in the CMS's words for the phase, once the CMS has answered. */
function activity(text: Text, status: OperationProgress | null): string {
  if (status?.absence) return text.absences[status.absence];
  if (isErasing(status)) return text.erasing;
  return status?.turn === 'waiting' ? text.waitingForHolder : (status?.phase?.text ?? text.opening);
}
