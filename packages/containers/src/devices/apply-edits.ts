import type { DeviceSpec, HookSpec, MountSpec, RuntimeSpec } from '@berth/runtime';
import type { CdiDeviceNode, CdiEdits, CdiMount } from './cdi-spec.ts';

/** Type, numbers and mode of a device node of the host. */
export interface NodeFacts {
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
}

/** The runtime configuration with what the devices bring. `nodes` knows the host path of every device node. */
export function applyEdits(
  spec: RuntimeSpec,
  edits: readonly CdiEdits[],
  nodes: ReadonlyMap<string, NodeFacts>,
): RuntimeSpec {
  const all = <T>(part: (edits: CdiEdits) => readonly T[]): T[] => edits.flatMap(part);
  const devices = all((edit) => edit.deviceNodes);
  const gids = all((edit) => edit.additionalGids);
  const { process, linux } = spec;
  const rules = (linux.resources.devices ?? []) as readonly object[];
  const hooks = hooksOf(
    spec.hooks ?? {},
    all((edit) => edit.hooks),
  );
  return {
    ...spec,
    process: {
      ...process,
      env: withVariables(
        process.env,
        all((edit) => edit.env),
      ),
      user:
        gids.length === 0
          ? process.user
          : {
              ...process.user,
              additionalGids: [...new Set([...(process.user.additionalGids ?? []), ...gids])],
            },
    },
    mounts: [...spec.mounts, ...all((edit) => edit.mounts).map(mountSpec)],
    linux: {
      ...linux,
      devices: [...linux.devices, ...devices.map((node) => deviceSpec(node, spec, nodes))],
      resources: {
        ...linux.resources,
        devices: [
          ...rules,
          ...devices.map((node) => ({
            allow: true,
            ...nodes.get(node.hostPath),
            access: node.permissions,
          })),
        ],
      },
    },
    ...(Object.keys(hooks).length === 0 ? {} : { hooks }),
  };
}

function deviceSpec(
  node: CdiDeviceNode,
  { process: { user } }: RuntimeSpec,
  nodes: ReadonlyMap<string, NodeFacts>,
): DeviceSpec {
  const facts = nodes.get(node.hostPath);
  if (facts === undefined) throw new Error(`device node ${node.hostPath} was not looked up`);
  return {
    path: node.path,
    ...facts,
    ...(node.fileMode === undefined ? {} : { fileMode: node.fileMode }),
    uid: node.uid ?? user.uid,
    gid: node.gid ?? user.gid,
  };
}

function mountSpec({ hostPath, containerPath, type, options }: CdiMount): MountSpec {
  const bind = type === undefined && !options.includes('bind') && !options.includes('rbind');
  return {
    destination: containerPath,
    source: hostPath,
    type: type ?? 'bind',
    options: bind ? ['rbind', ...options] : [...options],
  };
}

function withVariables(before: readonly string[], more: readonly string[]): string[] {
  const nameOf = (variable: string) => variable.split('=', 1)[0];
  const names = new Set(more.map(nameOf));
  return [...before.filter((variable) => !names.has(nameOf(variable))), ...more];
}

function hooksOf(
  before: Readonly<Record<string, readonly HookSpec[]>>,
  more: CdiEdits['hooks'],
): Record<string, readonly HookSpec[]> {
  const hooks: Record<string, readonly HookSpec[]> = { ...before };
  for (const { hookName, ...hook } of more) hooks[hookName] = [...(hooks[hookName] ?? []), hook];
  return hooks;
}
