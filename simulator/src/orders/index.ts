import { type Order, OrderError } from '../order.js';
import { cardOrders } from './cards.js';
import { failureOrders } from './failures.js';
import { personOrders } from './person.js';
import { sessionOrders } from './session.js';

/** Every order, for the terminal, for the simulator's page and for programs. */
export const ORDERS: readonly Order[] = [...cardOrders, ...failureOrders, ...personOrders, ...sessionOrders];

/**
 * Returns the order with this name.
 *
 * @throws OrderError when there is no such order
 */
export function orderNamed(name: string): Order {
  const order = ORDERS.find((one) => one.name === name);
  if (!order) throw new OrderError('order', 'there is no such order');
  return order;
}
