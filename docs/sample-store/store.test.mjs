import { after, test } from 'node:test';
import { storeCases } from '@cardwright/cms/store-suite';
import { openStage } from './stage.mjs';

const stage = await openStage();
after(() => stage.close());
for (const { name, run } of storeCases) test(name, () => run(stage));
