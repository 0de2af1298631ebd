import { LANGUAGES, languageName } from '@cardwright/words';
import { html, nothing, render, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { heightFor, lookIn, queryOf, SCHEMES, TEXT_SIZES, WIDTHS, type Look } from './look.js';
import type { Played } from './play.js';
import { sceneNamed, SHOWN_SCENES, type ShownScene } from './shown-scenes.js';

/** The gallery in its page: the list of all scenes, the choice of the look, and the chosen scene. */
const parameters = new URLSearchParams(location.search);
let look = lookIn(parameters, LANGUAGES);
const GROUPS = [...new Set(SHOWN_SCENES.map(({ group }) => group))];
const [first] = SHOWN_SCENES;
const scene = sceneNamed(parameters.get('scene')) ?? first;
let outcome: Played | null = null;
/** The element that had the focus before the scene's page takes it. */
let focused: Element | null = null;

function show(): void {
  if (scene) render([chooser(), list(scene), stage(scene)], document.body);
}

function choose(name: keyof Look, value: string): void {
  look = { ...look, [name]: value };
  outcome = null;
  focused = document.activeElement;
  history.replaceState(null, '', queryOf(scene?.name ?? '', look));
  show();
}

const chooser = (): TemplateResult => html`
  <header>
    <h1>Gallery of panes</h1>
    <form>
      ${choice('lang', 'Language', LANGUAGES, languageName)} ${choice('scheme', 'Colours', SCHEMES)}
      ${choice('width', 'Width', WIDTHS, (width) => `${width} px`)}
      ${choice('text', 'Text size', TEXT_SIZES, (size) => `${size} %`)}
    </form>
  </header>
`;

const choice = (
  name: keyof Look,
  label: string,
  choices: readonly string[],
  nameOf = (value: string): string => value,
): TemplateResult => html`
  <label>
    ${label}
    <select
      name=${name}
      @change=${({ target }: Event) => target instanceof HTMLSelectElement && choose(name, target.value)}
    >
      ${choices.map((value) => html`<option value=${value} ?selected=${look[name] === value}>${nameOf(value)}</option>`)}
    </select>
  </label>
`;

const list = (current: ShownScene): TemplateResult => html`
  <nav aria-label="Scenes">
    ${GROUPS.map(
      (group) => html`
        <h2>${group}</h2>
        <ul>
          ${SHOWN_SCENES.filter((one) => one.group === group).map(
            ({ name }) => html`
              <li>
                <a href=${queryOf(name, look)} aria-current=${name === current.name ? 'page' : nothing}>${name}</a>
              </li>
            `,
          )}
        </ul>
      `,
    )}
  </nav>
`;

function stage(shown: ShownScene): TemplateResult {
  const address = `/${shown.dialog}${queryOf(shown.name, look)}`;
  return html`
    <main>
      <h2>${shown.name}</h2>
      <p><span role="status">${status()}</span> <a href=${address}>Open it alone</a></p>
      <div class="stage" tabindex="0" role="region" aria-label="The scene">
        ${keyed(
          address,
          html`<iframe
            src=${address}
            title="The scene ${shown.name}"
            width=${look.width}
            height=${heightFor(look.width)}
          ></iframe>`,
        )}
      </div>
    </main>
  `;
}

function status(): string {
  if (outcome === null) return 'The scene is being played.';
  const { pane, problem } = outcome;
  return problem === null ? `This is the pane ${pane ?? ''}.` : `The scene was not played to its end. ${problem}`;
}

addEventListener('message', ({ source, data }: MessageEvent<Played>) => {
  const frame = document.querySelector('iframe');
  if (source === null || source !== frame?.contentWindow) return;
  outcome = data;
  // A pane focuses itself. Whoever goes through the choices keeps the focus there.
  if (document.activeElement === frame && focused instanceof HTMLElement) focused.focus();
  show();
});

show();
document.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
