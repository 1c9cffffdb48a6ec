import { randomBytes } from 'node:crypto';
import type { Volume, VolumeCreateRequest } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { FoundVolume } from './drivers/volume-drivers.ts';
import {
  describeVolume,
  driverNameOf,
  publishVolume,
  type VolumeContext,
  wholeSeconds,
} from './volume-context.ts';
import type { VolumeRecord } from './volume-record.ts';

/** The label that Docker gives to volumes without a name of their own. */
const anonymousLabel = 'com.docker.volume.anonymous';

/**
 * Idempotent. Without a driver, a volume of that name is taken wherever it is; only then it is made by `local`. Folders
 * are made in one synchronous step; what a plug-in makes is recorded as `creating` before it is asked.
 */
export async function createVolume(
  context: VolumeContext,
  request: VolumeCreateRequest,
): Promise<Volume> {
  const anonymous = !request.Name;
  const name = request.Name || randomBytes(32).toString('hex');
  const existing = context.volumes.get(name);
  if (existing !== undefined) return describeVolume(context, reuse(existing, request));
  const driver = request.Driver || 'local';
  const ask = driver !== 'local' || (!anonymous && !request.Driver && context.drivers.anyPlugins);
  const record = newRecord(context, name, { ...request, Driver: driver });
  if (ask) return await context.names.run(name, () => createAsking(context, record, request));
  return await makeLocal(context, record);
}

/** The volume that is there, if it is what was asked for. */
function reuse(existing: VolumeRecord, request: VolumeCreateRequest): VolumeRecord {
  const { name } = existing;
  if (existing.removing) throw engineError('volumes.being-removed', { name });
  const driver = driverNameOf(existing);
  if (request.Driver && request.Driver !== driver) {
    throw engineError('volumes.other-driver', { name, driver });
  }
  const options = request.DriverOpts ?? {};
  if (Object.keys(options).length > 0 && !sameEntries(options, existing.options)) {
    throw engineError('volumes.name-conflict', { name });
  }
  return existing;
}

function newRecord(
  context: VolumeContext,
  name: string,
  request: VolumeCreateRequest & { readonly Driver: string },
): VolumeRecord {
  const labels = request.Labels ?? {};
  return {
    name,
    ...(request.Driver === 'local' ? {} : { driver: request.Driver }),
    createdAt: wholeSeconds(context.clock.now()),
    labels: request.Name ? labels : { ...labels, [anonymousLabel]: '' },
    options: request.DriverOpts ?? {},
    anonymous: !request.Name || Object.hasOwn(labels, anonymousLabel),
    populating: false,
  };
}

async function makeLocal(context: VolumeContext, record: VolumeRecord): Promise<Volume> {
  const { local, volumes, faultPoint } = context;
  local.validate(record.name, record.options);
  volumes.insert(record);
  faultPoint('volume.recorded');
  try {
    local.makeFolders(record.name);
  } catch (error) {
    volumes.delete(record.name);
    throw error;
  }
  faultPoint('volume.made');
  publishVolume(context, 'create', record);
  return describeVolume(context, record);
}

/** Where plug-ins have to be asked. In the queue of the name. */
async function createAsking(
  context: VolumeContext,
  record: VolumeRecord,
  request: VolumeCreateRequest,
): Promise<Volume> {
  const made = context.volumes.get(record.name);
  if (made !== undefined) return describeVolume(context, reuse(made, request));
  if (!request.Driver) {
    const found = await context.drivers.find(record.name);
    if (found !== undefined) return describeVolume(context, adopt(context, found, record.labels));
  }
  return record.driver === undefined
    ? await makeLocal(context, record)
    : await makeRemote(context, record, record.driver);
}

async function makeRemote(
  context: VolumeContext,
  record: VolumeRecord,
  driverName: string,
): Promise<Volume> {
  const { volumes, drivers, faultPoint } = context;
  const { name, options } = record;
  const driver = drivers.get(driverName);
  if (driver === undefined)
    throw engineError('volumes.unknown-driver', { name, driver: driverName });
  driver.validate(name, options);
  const volume = await driver.get(name);
  if (volume !== undefined) {
    return describeVolume(context, adopt(context, { driver, volume }, record.labels));
  }
  volumes.insert({ ...record, creating: true });
  faultPoint('volume.recorded');
  try {
    await driver.create(record);
  } catch (error) {
    volumes.delete(name);
    throw error;
  }
  faultPoint('volume.made');
  volumes.put(record);
  publishVolume(context, 'create', record);
  const told = await driver.get(name).catch(() => undefined);
  const scope = await driver.scope().catch(() => 'local' as const);
  return describeVolume(context, record, { ...(told ? { volume: told } : {}), scope });
}

/** Records a volume that a plug-in has already. */
export function adopt(
  context: Pick<VolumeContext, 'volumes' | 'clock'>,
  { driver, volume }: FoundVolume,
  labels: Readonly<Record<string, string>> = {},
): VolumeRecord {
  const { name } = volume;
  const known = context.volumes.get(name);
  if (known !== undefined) return known;
  const record: VolumeRecord = {
    ...{ name, driver: driver.name, labels, options: {}, anonymous: false, populating: false },
    createdAt: volume.createdAt ?? wholeSeconds(context.clock.now()),
  };
  context.volumes.insert(record);
  return record;
}

function sameEntries(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
