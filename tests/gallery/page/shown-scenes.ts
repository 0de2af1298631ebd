import type { NamedScene, PaneName } from '../../e2e/pages/scenes/scene.js';
import { SCENES } from '../../e2e/pages/scenes/scenes.js';

/** A scene, with the pane that it shows. */
export type ShownScene = NamedScene & { readonly pane: PaneName };

/** All scenes of the look tests, pane by pane. */
export const SHOWN_SCENES: readonly ShownScene[] = Object.entries(SCENES).flatMap(([pane, scenes]) =>
  scenes.map((scene) => ({ ...scene, pane: pane as PaneName })),
);

/** Returns the scene of a name; undefined if there is none. */
export const sceneNamed = (name: string | null): ShownScene | undefined =>
  SHOWN_SCENES.find((scene) => scene.name === name);
