import type { LiveTrace } from '../model/live-trace.js';
import { byId, element } from '../../element.js';
import { t } from '../../text.js';
import { button } from './parts.js';

/** The controls of the recording: record or pause, clear, keep recording, and record the host's APDUs. */
export class Toolbar {
  readonly #record = byId('record', HTMLButtonElement);
  readonly #clear = byId('clear', HTMLButtonElement);
  readonly #keep = byId('keep', HTMLInputElement);
  readonly #apdus = byId('apdus', HTMLInputElement);
  readonly #text = element('span');
  readonly #glyph = element('span', { class: 'glyph', 'aria-hidden': 'true' });

  constructor(private readonly live: LiveTrace) {
    byId('tools', HTMLElement).ariaLabel = t('inspector_tools');
    this.#record.append(this.#glyph, this.#text);
    this.#record.addEventListener('click', () => this.live.record({ active: !this.live.recording.active }));
    this.#clear.addEventListener('click', () => this.live.clear());
    this.#keep.addEventListener('change', () => this.live.record({ kept: this.#keep.checked }));
    this.#apdus.addEventListener('change', () => this.live.record({ apdus: this.#apdus.checked }));
    explain(this.#keep, t('inspector_keep_explained'));
    explain(this.#apdus, t('inspector_apdus_explained'));
  }

  /**
   * Shows the state of the recording. The controls are disabled for an imported trace, and while there is no connection to the
   * background.
   */
  update(isImported: boolean): void {
    const { active, kept, apdus } = this.live.recording;
    const cannot = isImported || !this.live.isConnected;
    this.#record.dataset.active = String(active);
    this.#glyph.className = `glyph ${active ? 'pause' : 'record'}`;
    this.#text.textContent = active ? t('inspector_pause') : t('inspector_record');
    this.#keep.checked = kept;
    this.#apdus.checked = apdus;
    for (const control of [this.#record, this.#clear, this.#keep, this.#apdus]) control.disabled = cannot;
  }
}

/** Explains a switch in its tooltip and to screen readers. */
function explain(control: HTMLInputElement, text: string): void {
  const id = `${control.id}-explained`;
  control.parentElement?.setAttribute('title', text);
  control.setAttribute('aria-describedby', id);
  control.parentElement?.after(element('span', { id, class: 'for-screen-reader' }, text));
}

/** Creates a line that is shown above the trace and concerns the whole inspector. */
export function notice(
  kind: 'info' | 'warning',
  text: string,
  ...actions: readonly [text: string, act: () => void][]
): HTMLElement {
  return element(
    'p',
    { class: `bar ${kind}`, role: 'status' },
    element('span', {}, text),
    ...actions.map(([name, act]) => button(name, act)),
  );
}
