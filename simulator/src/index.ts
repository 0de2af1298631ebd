/** A simulated computer with readers and cards, on which the authors of a portal can stage every error of the catalogue. */
export { CARDS, type CardKind, type NamedCard } from './card-readers.js';
export { FAILURES } from './failures/index.js';
export type { Failure } from './failure.js';
export { openControlPage, type ControlPage } from './control-page.js';
export { OrderError, type Order, type Outcome } from './order.js';
export { obey, readOrder, USAGE_OF_ORDERS, type TypedOrder } from './order-line.js';
export { ORDERS } from './orders/index.js';
export { answerProgram, linesOf, LONGEST_LINE, REQUEST_ERROR } from './program-requests.js';
export { sampleError } from './sample-details.js';
export { Simulator, type SimulatorOptions, type Standing } from './simulator.js';
