import { ERROR, type Scenes } from './scene.js';

export const noReaderScenes: Scenes = [{ name: 'no-reader', script: { emptyReaders: [] }, awaits: ERROR }];
