import { MOBILE_SCENES, type MobileScene } from '../../e2e/pages/mobile-scenes/mobile-scenes.js';
import { dialogOf, playScene } from '../../e2e/pages/scenes/play-scene.js';
import { SCENES } from '../../e2e/pages/scenes/scenes.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { ScriptedMobileCms } from '../../support/scripted-mobile-cms.js';
import type { DialogName } from '../../support/wizard-page/pages.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import type { OwnPage } from './own-page.js';
import { OwnUser } from './own-user.js';
import { connectPage } from './played-cms.js';
import { click } from '../../support/wait-for.js';

/** A scene of the gallery. */
export interface ShownScene {
  readonly name: string;
  /** The heading below which it is listed: its pane, or the dialog for mobile devices. */
  readonly group: string;
  readonly dialog: DialogName;
  readonly script: Partial<Script>;
  /** Plays the scene in the page, which has the dialog. */
  readonly play: (page: OwnPage) => Promise<void>;
}

export const MOBILE: DialogName = 'cardwright-add-mobile';

/** The scenes of the wizards, pane by pane. */
const wizardScenes = Object.entries(SCENES).flatMap(([group, scenes]) =>
  scenes.map((scene): ShownScene => {
    const { name, script = {} } = scene;
    const play = async (page: OwnPage): Promise<void> => {
      const cms = new ScriptedCms();
      scene.cms?.(cms);
      connectPage(cms);
      await playScene(page, scene, cms);
    };
    return { name, group, dialog: dialogOf(scene), script, play };
  }),
);

/** The scenes of the dialog for mobile devices: each moment that is looked at. */
const mobileScenes = Object.entries(MOBILE_SCENES).flatMap(([name, scene]) =>
  [...(scene.passes ?? []), name].map((moment): ShownScene => ({
    name: `mobile-${moment}`,
    group: MOBILE,
    dialog: MOBILE,
    script: scene.script ?? {},
    play: (page) => playMobile(page, scene, moment),
  })),
);

/** Plays a scene up to one of its moments; by default to its end. */
async function playMobile(page: OwnPage, scene: MobileScene, moment: string): Promise<void> {
  const cms = new ScriptedMobileCms();
  scene.cms?.(cms);
  connectPage(cms);
  await click(page, '#add');
  await new Promise<void>((resolve, reject) => {
    // The last photograph never ends, so the scene stays there.
    const photograph = (name: string) => (name === moment ? new Promise<void>(() => resolve()) : Promise.resolve());
    scene.act(new OwnUser(page, MOBILE), cms, photograph).then(resolve, reject);
  });
}

/** All scenes of the look tests of the dialogs. */
export const SHOWN_SCENES: readonly ShownScene[] = [...wizardScenes, ...mobileScenes];

/** Returns the scene of a name; undefined if there is none. */
export const sceneNamed = (name: string | null): ShownScene | undefined =>
  SHOWN_SCENES.find((scene) => scene.name === name);
