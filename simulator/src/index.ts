/** A computer without hardware on which everything can fail, for authors of portals. */
export { FAILURES } from './failures/index.js';
export type { Failure } from './failure.js';
export { obey, readOrder, type Order } from './order.js';
export { openControlPage, type ControlPage } from './control-page.js';
export { sampleError } from './sample-details.js';
export { CARDS, Simulator, type CardName, type Standing } from './simulator.js';
