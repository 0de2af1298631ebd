import { CardwrightError, commands, isMethod, type Method } from '@cardwright/protocol';
import type { LiveTrace, RunAnswer } from '../model/live-trace.js';
import { paramProblems, RUNNABLE, type RepeatableCommand } from '../model/runnable.js';
import { initialValue, shapeOf } from '../model/schema-shape.js';
import { formatDuration } from '../model/waterfall.js';
import { element } from '../../element.js';
import { t } from '../../text.js';
import { sessionWords } from './filter-bar.js';
import { describeFault, describeMethod } from './detail-documentation.js';
import { fieldFor, parseJson, type Field } from './parameter-form.js';
import { button, code } from './parts.js';

/** The console: runs a command of class `read` in a live session of a page, with a form made from the command table. */
export class ConsoleView {
  readonly #session = element('select', { id: 'console-session' });
  readonly #method = element(
    'select',
    { id: 'console-method' },
    ...RUNNABLE.map((method) => element('option', { value: method }, method)),
  );
  readonly #raw = element('input', { type: 'checkbox', role: 'switch' });
  readonly #form = element('form', { class: 'parameters' });
  readonly #run = element('button', { type: 'submit', class: 'primary' }, t('inspector_run'));
  readonly #json = element('textarea', { id: 'console-json', rows: '8', spellcheck: 'false' });
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  readonly #documentation = element('div');
  readonly #answer = element('div', { class: 'answer', 'aria-live': 'polite' });
  readonly #note = element('p', { class: 'quiet' });
  #field: Field | null = null;
  #isRaw = false;
  #isImported = false;
  #isRunning = false;
  #sessions = '';

  constructor(
    view: HTMLElement,
    private readonly live: LiveTrace,
  ) {
    const field = (name: string, control: HTMLElement): HTMLElement =>
      element('div', { class: 'field' }, element('label', { for: control.id }, name), control);
    this.#raw.addEventListener('change', () => this.#setRaw(this.#raw.checked));
    this.#method.addEventListener('change', () => this.#choose(this.#chosen(), undefined));
    this.#session.addEventListener('change', () => this.#judge());
    this.#json.addEventListener('input', () => this.#judge());
    this.#json.ariaLabel = 'JSON';
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    view.replaceChildren(
      element(
        'div',
        { class: 'console' },
        element(
          'section',
          { class: 'ask' },
          element('h2', {}, t('inspector_tab_console')),
          element('p', { class: 'quiet' }, t('inspector_console_explained')),
          field(t('inspector_fact_session'), this.#session),
          field(t('inspector_console_command'), this.#method),
          this.#documentation,
          element('label', { class: 'switch' }, this.#raw, t('inspector_console_raw')),
          this.#form,
        ),
        element('section', { class: 'answers' }, element('h2', {}, t('inspector_console_answer')), this.#answer),
      ),
    );
    this.#choose(this.#chosen(), undefined);
    this.#answer.append(element('p', { class: 'quiet' }, t('inspector_console_nothing')));
  }

  /** Offers the live sessions to choose from. An imported trace has no live sessions. */
  update(isImported: boolean): void {
    this.#isImported = isImported;
    const alive = isImported ? [] : this.live.store.sessions.filter(({ ended }) => ended === null);
    const mark = JSON.stringify(alive);
    if (mark !== this.#sessions) {
      this.#sessions = mark;
      const chosen = this.#session.value;
      this.#session.replaceChildren(...alive.map((one) => element('option', { value: one.id }, sessionWords(one))));
      if (alive.some(({ id }) => id === chosen)) this.#session.value = chosen;
    }
    this.#judge();
  }

  /** Fills the form with a command of a trace, and runs it. */
  async replay(session: string, { method, params }: RepeatableCommand): Promise<void> {
    this.#method.value = method;
    this.#choose(method, params);
    this.update(false);
    this.#session.value = session;
    this.#judge();
    await this.#send();
  }

  #chosen(): Method {
    const { value } = this.#method;
    if (!isMethod(value)) throw new Error(`${value} is no command`);
    return value;
  }

  #choose(method: Method, params: unknown): void {
    const shape = shapeOf(commands[method].params);
    const value = params ?? initialValue(shape);
    this.#field = fieldFor(shape, { name: '', path: '', value, onChange: () => this.#judge() });
    this.#json.value = JSON.stringify(value, null, 2);
    this.#documentation.replaceChildren(...describeMethod(method, 'open'));
    this.#draw();
  }

  /** Switches between form and JSON. The entered values are kept, because JSON that cannot be read disables the switch. */
  #setRaw(isRaw: boolean): void {
    if (isRaw) this.#json.value = JSON.stringify(this.#field?.read() ?? {}, null, 2);
    else {
      const shape = shapeOf(commands[this.#chosen()].params);
      const value = parseJson(this.#json.value);
      this.#field = fieldFor(shape, { name: '', path: '', value, onChange: () => this.#judge() });
    }
    this.#isRaw = isRaw;
    this.#draw();
  }

  #draw(): void {
    const control = this.#isRaw || this.#field === null ? this.#json : this.#field.element;
    this.#form.replaceChildren(control, this.#problem, element('div', { class: 'actions' }, this.#run, this.#note));
    this.#judge();
  }

  #params(): unknown {
    return this.#isRaw ? parseJson(this.#json.value) : this.#field?.read();
  }

  /**
   * Shows each problem at its field, or at the end of the form if the problem has no field. Enables the button to send if there are no
   * problems, a live session is chosen, and no command is running.
   */
  #judge(): void {
    const params = this.#params();
    const problems = params === undefined ? [{ path: '', expected: 'JSON' }] : paramProblems(this.#chosen(), params);
    for (const place of this.#form.querySelectorAll('[data-path] > .problem')) place.textContent = '';
    const unplaced = problems.filter(({ path, expected }) => {
      const place = [...this.#form.querySelectorAll<HTMLElement>('[data-path]')].find(
        ({ dataset }) => dataset.path === path,
      );
      const text = place?.querySelector(':scope > .problem');
      if (path === '' || text == null) return true;
      text.textContent = t('inspector_expected', expected);
      return false;
    });
    this.#problem.textContent = unplaced
      .map(({ path, expected }) => `${path === '' ? '' : `${path}: `}${t('inspector_expected', expected)}`)
      .join(' ');
    const isAlive = this.#session.value !== '';
    this.#session.disabled = !isAlive;
    this.#raw.disabled = this.#isRaw && params === undefined;
    this.#run.disabled = !isAlive || problems.length > 0 || this.#isRunning;
    this.#note.textContent = isAlive
      ? ''
      : this.#isImported
        ? t('inspector_console_imported')
        : t('inspector_console_no_session');
  }

  async #send(): Promise<void> {
    const params = this.#params();
    if (this.#run.disabled || typeof params !== 'object' || params === null) return;
    const method = this.#chosen();
    const started = performance.now();
    this.#isRunning = true;
    this.#judge();
    const answer = await this.live.run(this.#session.value, method, { ...params });
    this.#isRunning = false;
    this.#judge();
    const took = formatDuration(performance.now() - started);
    const head = element('h3', {}, element('code', {}, method), element('span', { class: 'quiet' }, took));
    const again = button(t('inspector_run_again'), () => void this.#send());
    this.#answer.replaceChildren(head, ...describeAnswer(answer), again);
  }
}

function describeAnswer(answer: RunAnswer): HTMLElement[] {
  if (answer !== 'lost' && 'result' in answer) return [code(JSON.stringify(answer.result, null, 2))];
  const error = answer === 'lost' ? new CardwrightError('EXTENSION_LOST') : CardwrightError.fromWire(answer.error);
  return [describeFault(error.code), code(JSON.stringify(error.toWire(), null, 2))];
}
