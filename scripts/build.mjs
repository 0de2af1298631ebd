import { runProgram, setUp } from './set-up.mjs';

/** `npm run build`: what the demo and the tests do before they start. */
await runProgram(async () => {
  await setUp('demo');
  return 0;
});
