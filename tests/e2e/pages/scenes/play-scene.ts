import { click, waitFor } from '../../../support/wait-for.js';
import type { ScriptedCms } from '../../../support/scripted-cms.js';
import type { DialogName } from '../../../support/wizard-page/pages.js';
import type { Scene, ScenePage } from './scene.js';

/** The dialog of a scene. */
export const dialogOf = ({ dialog = 'cardwright-add-device' }: Scene): DialogName => dialog;

/** Plays a scene from the button of its page to its pane. The scripts of extension and CMS are set before. */
export async function playScene(page: ScenePage, scene: Scene, cms: ScriptedCms): Promise<void> {
  if (scene.hasProofForm) await page.evaluate(() => window.offerProof());
  await click(page, '#add');
  await waitFor(page, scene.awaits);
  await scene.act?.(page, cms);
}
