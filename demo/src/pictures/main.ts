import { inRepository, openStage } from '@cardwright/stage';
import { demoPortal } from '../demo-portal.js';
import { takePictures } from './take-pictures.js';

const FOLDER = inRepository('docs', 'pictures');

const { accounts, options } = demoPortal({ device: false, supervised: false, profile: 'yubikey' });
const stage = await openStage({ portal: options });
try {
  await takePictures(stage, accounts.user, FOLDER);
  console.log(`The pictures of the documents are in ${FOLDER}. Look at each before you commit it.`);
} finally {
  await stage.close();
}
