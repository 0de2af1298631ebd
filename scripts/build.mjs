import { runProgram, setUp } from './set-up.mjs';

/** `npm run build`: the step that the demo and the tests take before they start. */
await runProgram(async () => {
  await setUp('demo');
  console.log('Everything is built.');
  return 0;
});
