import { stat } from 'node:fs/promises';
import { engineError } from '@berth/errors';
import type { RuntimeSpec } from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord } from '../container-record.ts';
import { nodeNumbers } from '../start/devices.ts';
import { applyEdits, type NodeFacts } from './apply-edits.ts';
import { readCdiDevices } from './cdi-registry.ts';
import type { CdiEdits } from './cdi-spec.ts';
import { requestedDevices } from './device-requests.ts';

/** The configuration with the devices of `--gpus` and `--device VENDOR/CLASS=NAME`, as they are described now. */
export async function injectDevices(
  { config }: ContainerContext,
  { hostConfig }: ContainerRecord,
  spec: RuntimeSpec,
): Promise<RuntimeSpec> {
  const requests = hostConfig.DeviceRequests ?? [];
  if (requests.length === 0) return spec;
  const found = await readCdiDevices(config.cdiFolders);
  const edits = new Set<CdiEdits>();
  for (const name of requestedDevices(requests, found)) {
    const device = found.devices.get(name);
    if (device === undefined) continue;
    edits.add(device.spec.edits);
    edits.add(device.edits);
  }
  const nodes = new Map<string, NodeFacts>();
  for (const { hostPath } of [...edits].flatMap((edit) => edit.deviceNodes)) {
    nodes.set(hostPath, await lookUp(hostPath));
  }
  return applyEdits(spec, [...edits], nodes);
}

async function lookUp(hostPath: string): Promise<NodeFacts> {
  try {
    const stats = await stat(hostPath, { bigint: true });
    if (!stats.isBlockDevice() && !stats.isCharacterDevice()) throw new Error('not a device node');
    const [major, minor] = nodeNumbers(stats);
    return { type: stats.isBlockDevice() ? 'b' : 'c', major, minor };
  } catch (cause) {
    const reason = `device node ${hostPath}: ${(cause as Error).message}`;
    throw engineError('containers.cdi-failed', { reason }, { cause });
  }
}
