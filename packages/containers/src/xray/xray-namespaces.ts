import type { XrayNamespace } from '@berth/engine-api';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';

/** Inode by namespace type. */
type Namespaces = Readonly<Record<string, number>>;

/** The namespaces of a container's first process, and who else is in each of them. */
export async function namespacesOf(
  context: ContainerContext,
  entry: ContainerEntry,
  own: Namespaces,
): Promise<XrayNamespace[]> {
  const host = await context.kernel.processes.describe(process.pid);
  const others: [string, Namespaces][] = [];
  for (const other of context.store.all()) {
    const { pid } = other.facts;
    if (other === entry || pid === undefined) continue;
    const details = await context.kernel.processes.describe(pid);
    if (details !== undefined) others.push([other.name, details.namespaces]);
  }
  return sharedNamespaces(own, host?.namespaces ?? {}, others);
}

/** Rows by type. What is shared with the host is not worth a list of all others that share it too. */
export function sharedNamespaces(
  own: Namespaces,
  host: Namespaces,
  others: readonly (readonly [name: string, Namespaces])[],
): XrayNamespace[] {
  return Object.keys(own)
    .sort()
    .map((type) => {
      const inode = own[type] ?? 0;
      const names = others.filter(([, theirs]) => theirs[type] === inode).map(([name]) => name);
      return {
        Type: type,
        Inode: inode,
        SharedWith: host[type] === inode ? ['host'] : names.sort(),
      };
    });
}
