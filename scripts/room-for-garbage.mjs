/**
 * Options with which V8 collects garbage less often, and without threads beside the one of the tests: a worker has memory, but no processor to spare. Tests that
 * measure time run without them, as the product does.
 */
export const ROOM_FOR_GARBAGE = ['--max-semi-space-size=64', '--initial-heap-size=1024', '--single-threaded-gc'];
