import '../../support/wizard-page/main.js';
import { LANGUAGES } from '@cardwright/words';
import { playScene } from '../../e2e/pages/scenes/play-scene.js';
import { fetchFrom } from '../../support/cms-fetch.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { lookIn } from './look.js';
import { OwnPage } from './own-page.js';
import { sceneNamed, type ShownScene } from './shown-scenes.js';

/** The message of a scene's page to the gallery around it, once the scene is played. */
export interface Played {
  readonly played: string;
  /** The reason why the pane did not appear; null if it did. */
  readonly problem: string | null;
}

const parameters = new URLSearchParams(location.search);
const { scheme, text } = lookIn(parameters, LANGUAGES);
document.documentElement.style.colorScheme = scheme;
document.documentElement.style.fontSize = `${text}%`;
const scene = sceneNamed(parameters.get('scene'));
if (scene) await show(scene);

/** Plays a scene: this page is the extension and the CMS, too. */
async function show(shown: ShownScene): Promise<void> {
  const cms = new ScriptedCms();
  shown.cms?.(cms);
  globalThis.fetch = fetchFrom(() => cms);
  Object.assign(window.extension.script, shown.script);
  let problem: string | null = null;
  try {
    await playScene(new OwnPage(), shown, cms);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  window.parent.postMessage({ played: shown.name, problem } satisfies Played, location.origin);
}
