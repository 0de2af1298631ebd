import type { ErrorData } from '@cardwright/protocol';
import type { CodesOf } from '../../support/failures/staged.js';
import type { PortalScene } from './portal-scene.js';

/** The way to make one code arrive. */
export interface PortalStaging<C extends CodesOf<'portal'>> {
  /** Ends the sentence "arrives when …". */
  readonly when: string;
  readonly act: (scene: PortalScene) => Promise<unknown>;
  readonly data?: Partial<ErrorData<C>>;
}
