/** How many containers are worked on together. */
const parallelism = 16;

/** Begins in the order of `items`. The first failure of `action` is thrown, and no further items are begun by its worker. */
export async function forEachParallel<T>(
  items: readonly T[],
  action: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await action(item);
  };
  await Promise.all(Array.from({ length: parallelism }, worker));
}
