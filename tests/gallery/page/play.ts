import '../../support/wizard-page/main.js';
import { LANGUAGES } from '@cardwright/words';
import { paneOf } from './deep-search.js';
import { lookIn } from './look.js';
import { OwnPage } from './own-page.js';
import { sceneNamed, type ShownScene } from './shown-scenes.js';

/** The message of a scene's page to the gallery around it, once the scene is played. */
export interface Played {
  /** The key of the shown pane; null if there is none. */
  readonly pane: string | null;
  /** The reason why the scene was not played to its end; null if it was. */
  readonly problem: string | null;
}

// Nothing is lost when a scene is left, so a wizard that is at work does not ask whether to stay.
addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), { capture: true });

const parameters = new URLSearchParams(location.search);
const { scheme, text } = lookIn(parameters, LANGUAGES);
document.documentElement.style.colorScheme = scheme;
document.documentElement.style.fontSize = `${text}%`;
const scene = sceneNamed(parameters.get('scene'));
if (scene) await show(scene);

/** Plays a scene: this page is the extension and the CMS, too. */
async function show({ dialog, script, play }: ShownScene): Promise<void> {
  Object.assign(window.extension.script, script);
  let problem: string | null = null;
  try {
    await play(new OwnPage());
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  window.parent.postMessage({ pane: paneOf(dialog) ?? null, problem } satisfies Played, location.origin);
}
